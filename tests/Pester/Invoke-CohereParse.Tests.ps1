#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    $script:session = Connect-CohereElsewhere $server.BaseUri
    Connect-Cohere -Emulator
    $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'scans')).FullName
    foreach ($name in 'a.png', 'b.png', 'c.PNG', '[d].png') {
        [System.IO.File]::WriteAllBytes((Join-Path $folder $name), (Get-TestPng))
    }

    # An image of a size, and with the text that the emulator reads in it. The emulator doesn't look at the pixels.
    function Get-Png([int] $Width = 64, [int] $Height = 48, [string] $Text) {
        function Get-Number([int] $Value) { $bytes = [BitConverter]::GetBytes($Value); [array]::Reverse($bytes); $bytes }
        $signature = [byte[]] (0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
        $header = [byte[]] ((Get-Number 13) + [System.Text.Encoding]::ASCII.GetBytes('IHDR') + (Get-Number $Width) + (Get-Number $Height) + @(8, 2, 0, 0, 0) + (Get-Number 0))
        $comment = [System.Text.Encoding]::UTF8.GetBytes("Comment`0`0`0`0`0$Text")
        $chunk = if ($Text) { [byte[]] ((Get-Number $comment.Length) + [System.Text.Encoding]::ASCII.GetBytes('iTXt') + $comment + (Get-Number 0)) } else { @() }
        , [byte[]] ($signature + $header + $chunk + (Get-Number 0) + [System.Text.Encoding]::ASCII.GetBytes('IEND') + (Get-Number 0))
    }

    function Save-Png([string] $Name, [int] $Width = 64, [int] $Height = 48, [string] $Text) {
        $path = Join-Path $folder $Name
        [System.IO.File]::WriteAllBytes($path, (Get-Png $Width $Height $Text))
        $path
    }

    function ConvertTo-ParseAnswer([string] $Markdown, [int] $DelayMs = 0) {
        [CohereShellTests.Answer] @{
            DelayMs = $DelayMs
            Body = ConvertTo-Json -Depth 9 @{ id = 'p'; pages = @(@{ index = 0; type = 'markdown'; markdown = @{ content = $Markdown } }); meta = @{ billed_units = @{ pages = 1 } } }
        }
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Invoke-CohereParse' {
    BeforeEach { $server.Reset() }

    It 'reads the text of an image' {
        $document = Invoke-CohereParse (Save-Png one.png -Text '# Invoice 17') -OutVariable kept

        $document | Should -BeOfType CohereShell.ParsedDocument
        $document.Text | Should -Match '# Invoice 17'
        "$document" | Should -BeExactly $document.Text
        $document.Path | Should -Be (Join-Path $folder 'one.png')
        $document.Uri | Should -BeNullOrEmpty
        $document.Index | Should -Be 0
        $document.Model | Should -Be 'parse-v5.0'
        $document.Id | Should -Not -BeNullOrEmpty
        $document.Elapsed | Should -BeGreaterThan ([timespan]::Zero)
        $document.Usage.BilledPages | Should -Be 1
        $document.Pages | Should -HaveCount 1
        $document.Pages[0].Markdown | Should -BeExactly $document.Text
        $document.Pages[0].Images[0].Description | Should -Not -BeNullOrEmpty
        $document.Pages[0].Images[0].BoundingBox.BottomRightX | Should -Be 57
        $document.Pages[0].Blocks | Should -HaveCount 0
        $kept | Should -HaveCount 1
    }

    It 'reads blocks with -Format' {
        $document = Invoke-CohereParse (Save-Png one.png -Text '# Invoice 17') -Format Blocks

        $document.Pages[0].Blocks.Type | Should -Be 'text', 'image', 'table'
        $document.Pages[0].Blocks[2].Html | Should -BeLike '<table>*</table>'
        $document.Text | Should -BeLike '*# Invoice 17*![[]An emulated figure*](img-0)*<table>*'
        $document.Pages.Images.Id | Should -Be 'img-0'
        $document.Pages[0].Blocks[1].BoundingBoxNormalized.TopLeftX | Should -Be 0.1
    }

    It 'sends every parameter under its name, and the image as a data URI' {
        $server.Default = ConvertTo-ParseAnswer 'text'

        $null = Invoke-CohereParse (Join-Path $folder 'a.png') -Model m -Format Blocks -AdditionalProperty @{ pages = 2 } -Header @{ 'X-Test' = '1' } -TimeoutSec 20 -MaxRetryCount 0 -Session $session

        $server.LastRequest.Target | Should -Be '/v2/parse'
        $server.LastRequest.Headers['X-Test'] | Should -Be '1'
        $sent = Get-SentBody $server
        ($sent.Keys | Sort-Object) -join ' ' | Should -Be 'document model output_format pages'
        $sent.model | Should -Be 'm'
        $sent.output_format | Should -Be 'blocks'
        $sent.document.type | Should -Be 'image_url'
        $sent.document.image_url | Should -BeExactly ('data:image/png;base64,' + [convert]::ToBase64String((Get-TestPng)))
        (Get-ErrorOf { Invoke-CohereParse (Join-Path $folder 'a.png') -AdditionalProperty @{ document = 'x' } }).ErrorDetails.RecommendedAction | Should -BeLike '*-Path or -Uri*'
    }

    It 'sends <Type> images' -ForEach @(
        @{ Type = 'image/gif'; Base64 = 'R0lGODlhAQABAAAAACwAAAAAAQABAAA=' }
        @{ Type = 'image/bmp'; Base64 = 'Qk0AAAAAAAAAAAAAAAAoAAAAAgAAAAEAAAABABgA' }
        @{ Type = 'image/jpeg'; Base64 = '/9j/wAALCAABAAEBAREA' }
        @{ Type = 'image/tiff'; Base64 = 'SUkqAAgAAAAAAA==' }
        @{ Type = 'image/webp'; Base64 = 'UklGRgAAAABXRUJQVlA4IAAAAAAAAACdASoBAAEA' }
    ) {
        $server.Default = ConvertTo-ParseAnswer 'text'
        $path = Join-Path $TestDrive 'scan'
        [System.IO.File]::WriteAllBytes($path, [convert]::FromBase64String($Base64))

        (Invoke-CohereParse $path -Session $session).Text | Should -Be 'text'

        (Get-SentBody $server).document.image_url | Should -BeExactly "data:$Type;base64,$Base64"
    }

    It 'takes files from the pipeline, whatever their names hold' {
        $results = Get-ChildItem -LiteralPath $folder -Filter '*.png' | Invoke-CohereParse

        $results.Path | Should -Contain (Join-Path $folder '[d].png')
        $results.Index | Should -Be @(0..($results.Count - 1))
        ([System.IO.FileInfo] (Join-Path $folder '[d].png') | Invoke-CohereParse).Path | Should -Be (Join-Path $folder '[d].png')
        (Invoke-CohereParse -LiteralPath (Join-Path $folder '[d].png')).Path | Should -Be (Join-Path $folder '[d].png')
        ((Join-Path $folder 'a.png') | Invoke-CohereParse).Path | Should -Be (Join-Path $folder 'a.png')
        ([pscustomobject] @{ Path = Join-Path $folder 'b.png' } | Invoke-CohereParse).Path | Should -Be (Join-Path $folder 'b.png')
        (Invoke-CohereParse -Path (Get-Item -LiteralPath (Join-Path $folder 'b.png'))).Path | Should -Be (Join-Path $folder 'b.png')
    }

    It 'takes wildcards and relative paths' {
        Push-Location $folder
        try {
            (Invoke-CohereParse '[ab].png').Path | Should -Be (Join-Path $folder 'a.png'), (Join-Path $folder 'b.png')
            (Invoke-CohereParse b.png, a.png).Path | Should -Be (Join-Path $folder 'b.png'), (Join-Path $folder 'a.png')
        }
        finally {
            Pop-Location
        }
    }

    It 'sends a web address as typed: <Name>' -ForEach @(
        @{ Name = '-Uri'; Command = { Invoke-CohereParse -Uri $address -Session $session } }
        @{ Name = 'the position of -Path'; Command = { Invoke-CohereParse $address -Session $session } }
        @{ Name = 'a string'; Command = { $address | Invoke-CohereParse -Session $session } }
        @{ Name = 'a property Url'; Command = { [pscustomobject] @{ Name = 'x'; Url = $address } | Invoke-CohereParse -Session $session } }
        @{ Name = 'a property Uri'; Command = { [pscustomobject] @{ Uri = [uri] $address } | Invoke-CohereParse -Session $session } }
        @{ Name = 'an address object'; Command = { [uri] $address | Invoke-CohereParse -Session $session } }
    ) {
        $server.Default = ConvertTo-ParseAnswer 'text'
        $address = 'https://example.com/scan%201.png?sig=a%2Bb%2F'

        $document = & $Command

        (Get-SentBody $server).document.image_url | Should -BeExactly $address
        $document.Uri.OriginalString | Should -BeExactly $address
        $document.Path | Should -BeNullOrEmpty
    }

    It 'escapes what an address can''t hold, and refuses what isn''t one before a call' {
        $server.Default = ConvertTo-ParseAnswer 'text'

        $null = Invoke-CohereParse -Uri 'https://example.com/a b.png', 'a.png', 'file:///a.png', 'ftp://x/a.png' -Session $session -ErrorVariable problems -ErrorAction SilentlyContinue

        (Get-SentBody $server).document.image_url | Should -BeExactly 'https://example.com/a%20b.png'
        $problems.FullyQualifiedErrorId -replace ',.*' | Should -Be 'CohereShell.InvalidValue', 'CohereShell.InvalidValue', 'CohereShell.InvalidValue'
        $problems.TargetObject | Should -Be 'a.png', 'file:///a.png', 'ftp://x/a.png'
    }

    It 'writes an error for a file that can''t be parsed before a call, and continues' {
        $bad = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'bad')
        $null = New-Item -ItemType Directory -Path (Join-Path $bad 'folder.png')
        $null = New-Item -ItemType File -Path (Join-Path $bad 'empty.png')
        Set-Content (Join-Path $bad 'report.pdf') '%PDF-1.7'
        Set-Content (Join-Path $bad 'text.png') 'BM is a text'
        [System.IO.File]::WriteAllBytes((Join-Path $bad 'wide.png'), (Get-Png 10000 5001))
        $large = [System.IO.File]::Create((Join-Path $bad 'large.png'))
        $large.SetLength(20MB + 1)
        $large.Dispose()
        $paths = @('folder.png', 'gone.png', 'empty.png', 'report.pdf', 'text.png', 'wide.png', 'large.png', '*.nothing' | ForEach-Object { Join-Path $bad $_ }) + @('nodrive:\a.png', (Join-Path $folder 'a.png'))
        $server.Default = ConvertTo-ParseAnswer 'text'

        $results = $paths | Invoke-CohereParse -Session $session -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Path | Should -Be (Join-Path $folder 'a.png')
        $results.Index | Should -Be 9
        $problems.FullyQualifiedErrorId -replace ',.*|CohereShell\.' | Should -Be 'NotAFile', 'FileNotReadable', 'NotAnImage', 'NotAnImage', 'NotAnImage', 'ImageTooLarge', 'ImageTooLarge', 'FileNotReadable', 'FileNotReadable'
        $problems.TargetObject | Should -Be $paths[0..8]
        "$($problems[2])" | Should -BeLike '*is empty*'
        "$($problems[3])" | Should -BeLike '*is a PDF file, and the API reads only images*'
        $problems[3].ErrorDetails.RecommendedAction | Should -BeLike '*pdftoppm*'
        "$($problems[4])" | Should -BeLike '*PNG, JPEG, WebP, GIF, BMP or TIFF*'
        "$($problems[5])" | Should -BeLike '*10000 x 5001 pixels*50 megapixels*'
        "$($problems[6])" | Should -BeLike '*20 MB*'
        $server.Requests | Should -HaveCount 1
    }

    It 'sends an image of the maximum size' {
        $path = Save-Png max.png 10000 5000
        $file = [System.IO.File]::OpenWrite($path)
        $file.SetLength(20MB)
        $file.Dispose()

        (Invoke-CohereParse $path).Text | Should -Match '10000 x 5000'
        Remove-Item $path
    }

    It 'writes an error for an image that the server refuses, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"cannot be decoded"}' })
        $server.Enqueue((ConvertTo-ParseAnswer 'text'))

        $results = Invoke-CohereParse (Join-Path $folder 'a.png'), (Join-Path $folder 'b.png') -ThrottleLimit 1 -Session $session -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Path | Should -Be (Join-Path $folder 'b.png')
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        $problems[0].TargetObject | Should -Be (Join-Path $folder 'a.png')
    }

    It 'ends with the first error that every image would have' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 401; Body = '{"message":"invalid api token"}' }

        { Invoke-CohereParse (Join-Path $folder '?.png') -ThrottleLimit 1 -Session $session } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'

        $server.Requests | Should -HaveCount 1
    }

    It 'has no more images in flight than -ThrottleLimit, and keeps their order' {
        $files = foreach ($number in 1..6) { Save-Png "slow$number.png" }
        $server.Gather = 3
        foreach ($number in 1..6) { $server.Enqueue((ConvertTo-ParseAnswer 'text' (200 - $number * 25))) }

        $results = $files | Invoke-CohereParse -ThrottleLimit 3 -Session $session

        $results.Path | Should -Be $files
        $results.Index | Should -Be @(0..5)
        $server.MostInFlight | Should -Be 3
        Remove-Item $files
    }

    It 'cancels the calls in flight when Select-Object -First has enough' {
        $server.Enqueue((ConvertTo-ParseAnswer 'text' 200))
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $a = Join-Path $folder 'a.png'

        (& { $a; Wait-Condition { $server.Requests.Count -eq 1 }; $a; Wait-Condition { $server.Requests.Count -eq 2 }; $a } | Invoke-CohereParse -ThrottleLimit 3 -Session $session | Select-Object -First 1).Text | Should -Be 'text'

        Wait-Condition { $server.Requests[1].ClosedAt }
    }

    It 'sends nothing with -WhatIf' {
        Invoke-CohereParse (Join-Path $folder 'a.png'), 'https://example.com/a.png' -Session $session -WhatIf | Should -BeNullOrEmpty

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'Invoke-CohereParse $argument' -Argument (Join-Path $folder 'a.png')
    }

    It 'is counted, recorded and refused like other calls' {
        $null = Get-CohereUsage -Reset
        $null = Invoke-CohereParse (Join-Path $folder 'a.png'), (Join-Path $folder 'b.png')

        $usage = Get-CohereUsage Parse
        $usage.BilledPages | Should -Be 2
        "$($usage.Usage)" | Should -Be '2 pages'
        $log = Join-Path $TestDrive 'audit.jsonl'
        $reader = Connect-CohereElsewhere $server.BaseUri @{ Access = 'Read'; AuditPath = $log }
        { Invoke-CohereParse (Join-Path $folder 'a.png') -Session $reader } | Should -Throw -ErrorId 'CohereShell.NotAllowed,*'
        $server.Requests | Should -BeNullOrEmpty
        Get-Content $log | ForEach-Object { (ConvertFrom-Json $_).operation } | Should -Be 'Parse'
        (Get-CohereOperation Parse).Cmdlet | Should -Be 'Invoke-CohereParse'
    }

    It 'completes -Model with models that parse' {
        (Get-TabCompletion 'Invoke-CohereParse a.png -Model ').CompletionText | Should -Be 'parse-v5.0'
        (Get-TabCompletion 'Invoke-CohereParse a.png -Format ').CompletionText | Should -Be 'Blocks', 'Markdown'
    }
}

Describe 'The Markdown files of Invoke-CohereParse' {
    BeforeAll {
        $script:one = Save-Png one.png -Text 'First text'
        $script:two = Save-Png two.png -Text 'Second text'
    }

    BeforeEach {
        $server.Reset()
        $script:out = Join-Path $TestDrive ([guid]::NewGuid())
        $null = New-Item -ItemType Directory -Path $out
    }

    It 'are one file with -OutFile, in the order of the input' {
        $file = Join-Path $out 'all.md'

        $shown = Invoke-CohereParse $two, $one -OutFile $file

        $shown | Should -BeNullOrEmpty
        $bytes = [System.IO.File]::ReadAllBytes($file)
        $bytes[0] | Should -Be ([byte][char] '#')
        $text = [System.Text.Encoding]::UTF8.GetString($bytes)
        $text | Should -Match '(?s)^# A PNG image\n\nSecond text.*</table>\n\n# A PNG image\n\nFirst text.*</table>\n$'
        Get-ChildItem $out | Should -HaveCount 1
    }

    It 'are a file for each document with -OutDirectory, and no two have the same name' {
        $other = New-Item -ItemType Directory -Path (Join-Path $out 'in')
        Copy-Item $one $other
        $target = Join-Path $out 'new/target'

        $files = Invoke-CohereParse $one, $two, (Join-Path $other 'one.png'), 'https://example.com/x/page%3A1.png?sig=1', 'https://example.com' -OutDirectory $target -PassThru

        $files | Should -BeOfType System.IO.FileInfo
        $files.Name | Should -Be 'one.md', 'two.md', 'one-2.md', 'page_1.md', 'example.com.md'
        Get-Content $files[0] -Raw | Should -Match 'First text'
        Get-Content $files[1] -Raw | Should -Match 'Second text'
        Get-ChildItem $target | Should -HaveCount 5
    }

    It 'hold the Markdown of blocks too' {
        (Invoke-CohereParse $one -Format Blocks -OutDirectory $out -PassThru | Get-Content -Raw) | Should -Match '(?s)First text.*!\[.*\]\(img-0\).*<table>'
    }

    It 'leave out documents that failed' {
        $pdf = Join-Path $out 'report.pdf'
        Set-Content $pdf '%PDF-1.7'
        $file = Join-Path $out 'all.md'

        Invoke-CohereParse $pdf, $one -OutFile $file -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems | Should -HaveCount 1
        Get-Content $file -Raw | Should -Match '^# A PNG image\n\nFirst text'
    }

    It 'stay as they are if no document could be read' {
        $file = Join-Path $out 'all.md'
        Set-Content $file 'before'

        Invoke-CohereParse (Join-Path $out 'gone.png') -OutFile $file -PassThru -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        Get-Content $file | Should -Be 'before'
        Get-ChildItem $out | Should -HaveCount 1
    }

    It 'are replaced, but not with -NoClobber or if they are read-only, and no call is made then' {
        $server.Default = ConvertTo-ParseAnswer 'text'
        $file = Join-Path $out 'one.md'
        Set-Content $file 'before'
        foreach ($target in @{ OutFile = $file }, @{ OutDirectory = $out }) {
            $problem = Get-ErrorOf { Invoke-CohereParse $one @target -NoClobber -Session $session }
            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
        }

        Set-ItemProperty $file IsReadOnly $true
        (Get-ErrorOf { Invoke-CohereParse $one -OutDirectory $out -Session $session }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        $server.Requests | Should -BeNullOrEmpty
        Get-Content $file | Should -Be 'before'

        Invoke-CohereParse $one -OutDirectory $out -Force -Session $session
        Get-Content $file | Should -Be 'text'
        (Get-Item $file).IsReadOnly | Should -BeTrue
        Set-ItemProperty $file IsReadOnly $false
        Invoke-CohereParse $one, $two -OutFile $file -Session $session
        (Get-Content $file -Raw) -replace '\r' | Should -Be "text`n`ntext`n"
    }

    It 'aren''t written with -WhatIf, and no call is made' {
        Invoke-CohereParse $one -OutFile (Join-Path $out 'all.md') -Session $session -WhatIf
        Invoke-CohereParse $one, $two -OutDirectory (Join-Path $out 'target') -Session $session -WhatIf

        $server.Requests | Should -BeNullOrEmpty
        Get-ChildItem $out | Should -BeNullOrEmpty
    }

    It 'are never half a file' {
        $server.Enqueue((ConvertTo-ParseAnswer 'text'))
        $server.Default = [CohereShellTests.Answer] @{ Status = 401; Body = '{"message":"invalid api token"}' }
        $file = Join-Path $out 'all.md'
        Set-Content $file 'before'

        { Invoke-CohereParse $one, $two -OutFile $file -ThrottleLimit 1 -Session $session } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'

        Get-Content $file | Should -Be 'before'
        Get-ChildItem $out | Should -HaveCount 1
    }

    It 'must be in a place that can be written, before a call is spent' {
        $file = Join-Path $out 'a.md'
        Set-Content $file 'x'

        (Get-ErrorOf { Invoke-CohereParse $one -OutFile (Join-Path $out 'none/all.md') -Session $session }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        (Get-ErrorOf { Invoke-CohereParse $one -OutDirectory $file -Session $session }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { Invoke-CohereParse $one -OutDirectory (Join-Path $file 'sub') -Session $session }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        (Get-ErrorOf { Invoke-CohereParse $one -OutDirectory $out -OutFile $file -Session $session }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $server.Requests | Should -BeNullOrEmpty
    }
}

Describe 'A parsed document' {
    BeforeAll {
        $script:document = Invoke-CohereParse (Save-Png policy.png -Text 'Security logs are kept for 400 days.')
    }

    BeforeEach { $server.Reset() }

    It 'is a document of a question, with the name of the file' {
        $answer = $document | Invoke-CohereChat 'How long are security logs kept?'

        $answer.Text | Should -Match '400 days'
        $answer.Citations[0].Sources[0].Id | Should -Be 'policy.png'
        $answer.Citations[0].Sources[0].InputObject | Should -Be $document

        $null = 'https://example.com/x/scan%201.png?sig=secret' | Invoke-CohereParse | Invoke-CohereChat 'What is it?' -Session $session
        $sent = (Get-SentBody $server).documents
        $sent.id | Should -Be 'scan 1.png'
        ($sent.data.Keys | Sort-Object) -join ' ' | Should -Be 'text title'
        $server.LastRequest.Body | Should -Not -Match 'secret'
    }

    It 'is a document of a question after it was copied to another process' {
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($document, 3))

        $null = $copy | Invoke-CohereChat 'How long?' -Session $session

        $sent = (Get-SentBody $server).documents
        $sent.id | Should -Be 'policy.png'
        $sent.data.text | Should -BeExactly $document.Text
    }

    It 'is embedded, ranked and counted by its text' {
        $embedding = $document | New-CohereEmbedding
        $embedding.Text | Should -BeExactly $document.Text
        $embedding.InputObject | Should -Be $document

        $ranked = $document | Invoke-CohereRerank 'logs'
        $ranked.Text | Should -BeExactly $document.Text
        $ranked.Document | Should -Be $document

        ($document | ConvertTo-CohereToken).Text | Should -BeExactly $document.Text
        ($embedding | Invoke-CohereChat 'How long are security logs kept?').Citations[0].Sources[0].Id | Should -Be 'policy.png'
    }

    It 'without text isn''t a document' {
        $server.Default = ConvertTo-ParseAnswer ' '
        $blank = Invoke-CohereParse (Join-Path $folder 'a.png') -Session $session

        (Get-ErrorOf { $blank | Invoke-CohereChat 'What?' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
        (Get-ErrorOf { $blank | New-CohereEmbedding }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
    }

    It 'is shown in 80 columns, without what a terminal would obey: <Name>' -ForEach @(
        @{ Name = 'a table'; View = { param($item) $item | Out-String -Width 80 } }
        @{ Name = 'a list'; View = { param($item) $item | Format-List | Out-String -Width 80 } }
        @{ Name = 'pages'; View = { param($item) $item.Pages | Out-String -Width 80 } }
        @{ Name = 'blocks'; View = { param($item) $item.Pages.Blocks | Out-String -Width 80 } }
        @{ Name = 'images'; View = { param($item) $item.Pages.Images | Out-String -Width 80 } }
    ) {
        $bad = "a$([char] 27)[31mb$([char] 0x202e)c$([char] 7)`n"
        $box = @{ top_left_x = 1240; top_left_y = 1240; bottom_right_x = 10000; bottom_right_y = 10000 }
        $image = @{ id = "i$bad"; description = "d$bad"; category = "k$bad"; bounding_box = $box; bounding_box_normalized = $box }
        $page = @{ index = 0; type = 'blocks'; blocks = @(
            @{ type = 'text'; text = @{ content = "text $bad" * 30 } }, @{ type = 'image'; image = $image }
            @{ type = 'table'; table = @{ type = 'html'; html = "<table>$bad"; title = "t$bad"; bounding_box = $box; bounding_box_normalized = $box } }
            @{ type = "x$bad"; content = "y$bad" }) }
        $server.Default = [CohereShellTests.Answer] @{ Body = ConvertTo-Json -Depth 12 @{ id = "id$bad"; pages = @($page, @{ index = 1; type = "z$bad"; content = "w$bad" }) } }
        $shown = Invoke-CohereParse (Join-Path $folder 'a.png') -Session $session

        try {
            $PSStyle.OutputRendering = 'PlainText'
            $screen = & $View $shown
        }
        finally {
            $PSStyle.OutputRendering = 'Host'
        }

        $screen | Should -Match '\S'
        $screen | Should -Not -Match '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]'
        $screen | Should -Not -Match 'CohereShell\.|System\.'
        $screen -split '\r?\n' | Where-Object Length -GT 80 | Should -BeNullOrEmpty
        $shown.Text | Should -BeLike "*$([WildcardPattern]::Escape($bad.Trim()))*"
    }

    It 'shows the name of its file or address' {
        $document | Out-String -Width 80 | Should -Match '(?m)^\s+0 policy\.png\s+1\s+1 # A PNG image\s+Security logs'
        Invoke-CohereParse 'https://example.com/x/scan%201.png?sig=secret' | Out-String -Width 80 | Should -Match ' scan 1\.png '
        $document | Format-List | Out-String -Width 80 | Should -Match '(?s)Path\s+: .*policy.png.*Usage\s+: 1 page.*Security logs'
    }
}
