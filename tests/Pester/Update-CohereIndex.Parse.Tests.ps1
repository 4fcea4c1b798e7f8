#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # Writes a PDF file whose pages are images, each with pixels of one shade of gray. A text makes a page of text.
    function Write-Scan([string] $Path, [object[]] $Page) {
        $objects = @('<</Type/Catalog/Pages 2 0 R>>', "<</Type/Pages/Kids[$((0..($Page.Count - 1) | ForEach-Object { "$(4 + 3 * $_) 0 R" }) -join ' ')]/Count $($Page.Count)>>", '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>')
        for ($index = 0; $index -lt $Page.Count; $index++) {
            $content = if ($Page[$index] -is [string]) { "BT /F1 12 Tf 50 700 Td ($($Page[$index])) Tj ET" } else { 'q 600 0 0 800 0 0 cm /I1 Do Q' }
            $pixels = "$([char] (65 + ($Page[$index] -as [int])))" * 64
            $objects += "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>/XObject<</I1 $(6 + 3 * $index) 0 R>>>>/Contents $(5 + 3 * $index) 0 R>>"
            $objects += "<</Length $($content.Length)>>`nstream`n$content`nendstream"
            $objects += "<</Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8/Length 64>>`nstream`n$pixels`nendstream"
        }

        $file = "%PDF-1.4`n"
        $table = "xref`n0 $($objects.Count + 1)`n0000000000 65535 f `n"
        for ($index = 0; $index -lt $objects.Count; $index++) {
            $table += "{0:0000000000} 00000 n `n" -f $file.Length
            $file += "$($index + 1) 0 obj`n$($objects[$index])`nendobj`n"
        }

        $file += "$($table)trailer`n<</Size $($objects.Count + 1)/Root 1 0 R>>`nstartxref`n$($file.Length)`n%%EOF"
        [System.IO.File]::WriteAllText((Join-Path $folder $Path), $file, [System.Text.Encoding]::GetEncoding(28591))
    }

    function Invoke-Update {
        Update-CohereIndex $index -Source $folder -Recurse @args
    }

    function Get-CallCount([string] $Operation) {
        [int] (Get-CohereUsage | Where-Object Operation -EQ $Operation | Measure-Object Calls -Sum).Sum
    }

    # The pages in the index: name of the file, and page.
    function Get-IndexedPage {
        @(Import-CohereEmbedding -LiteralPath $index | ForEach-Object { "$(Split-Path $_.Path -Leaf) $($_.InputObject.page)" } | Sort-Object -Unique)
    }

    function Add-ParseAnswer([string] $Text, [int] $DelayMs) {
        $body = @{ id = 'p'; pages = @(@{ index = 0; type = 'markdown'; markdown = @{ content = $Text; images = @() } }); meta = @{ billed_units = @{ pages = 1 } } }
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ConvertTo-Json $body -Depth 9 -Compress; DelayMs = $DelayMs })
    }
}

AfterAll {
    Restore-TestState
}

Describe 'Update-CohereIndex -Parse' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        Connect-Cohere -Emulator
    }

    AfterEach { Disconnect-Cohere }

    It 'reads scanned pages and images, each once' {
        Write-Scan scan.pdf 1, 2
        Write-Scan mixed.pdf 'A page of text.', 3
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'photo.png'), (Get-TestPng))
        $first = Invoke-Update -Parse
        "$($first.Status) $($first.Added) $($first.Parsed)" | Should -Be 'Updated 3 4'
        $first.Usage.BilledPages | Should -Be 4
        Get-IndexedPage | Should -Be 'mixed.pdf 1', 'mixed.pdf 2', 'photo.png 0', 'scan.pdf 1', 'scan.pdf 2'

        $second = Invoke-Update -Parse
        "$($second.Status) $($second.Unchanged) $($second.Parsed)" | Should -Be 'Unchanged 3 0'
        # Nothing is lost without -Parse.
        "$((Invoke-Update).Status)" | Should -Be 'Unchanged'
        Get-CallCount Parse | Should -Be 4
    }

    It 'says without -Parse that it cannot read a scan, and adds it with -Parse' {
        Write-Scan scan.pdf 1
        Write-Scan mixed.pdf 'A page of text.', 3
        $update = Update-CohereIndex $index -Source $folder -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.DocumentHasNoText,*'
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Parse*'
        "$($update.Status) $($update.Failed)" | Should -Be 'Incomplete 1'
        (Update-CohereIndex $index -Source $folder -ErrorAction SilentlyContinue).Unchanged | Should -Be 1 -Because 'the file with a page of text stays as it is'

        $update = Invoke-Update -Parse
        "$($update.Status) $($update.Added) $($update.Changed) $($update.Parsed)" | Should -Be 'Updated 1 1 2'
        (Invoke-Update -Parse).Status | Should -Be 'Unchanged'
        Get-IndexedPage | Should -Be 'mixed.pdf 1', 'mixed.pdf 2', 'scan.pdf 1'
    }

    It 'pays for an image once: <When>' -ForEach @(
        @{ When = 'the file is renamed'; Change = { Rename-Item -LiteralPath (Join-Path $folder scan.pdf) new.pdf }; With = @{}; Parsed = 0 }
        @{ When = 'the file is copied'; Change = { Copy-Item -LiteralPath (Join-Path $folder scan.pdf) (Join-Path $folder copy.pdf) }; With = @{}; Parsed = 0 }
        @{ When = 'a page is added'; Change = { Write-Scan scan.pdf 1, 2, 5 }; With = @{}; Parsed = 1 }
        @{ When = 'the chunks have another size'; Change = { }; With = @{ MaxTokens = 64 }; Parsed = 0 }
        @{ When = 'another model embeds all again'; Change = { }; With = @{ Model = 'embed-multilingual-v3.0'; Force = $true }; Parsed = 0 }
    ) {
        Write-Scan scan.pdf 1, 2
        (Invoke-Update -Parse).Parsed | Should -Be 2
        & $Change
        (Update-CohereIndex $index -Source $folder -Parse @With).Parsed | Should -Be $Parsed
        Get-CallCount Parse | Should -Be (2 + $Parsed)
    }

    It 'deletes the texts of files that are gone' {
        Write-Scan scan.pdf 1
        Write-Scan other.pdf 2
        $null = Invoke-Update -Parse
        "$index.parsed" | Should -Exist
        Remove-Item -LiteralPath (Join-Path $folder scan.pdf)
        $null = Invoke-Update -Parse
        @(Get-Content -LiteralPath "$index.parsed") | Should -HaveCount 1
        Write-Scan other.pdf 'Only text.'
        $null = Invoke-Update -Parse
        "$index.parsed" | Should -Not -Exist
    }

    It 'continues with the pages that are not paid for after <Name>' -ForEach @(
        @{ Name = 'the budget is used up'; Session = @{ CallLimit = 2 }; Id = 'BudgetExceeded' }
        @{ Name = 'the policy refused to embed'; Session = @{ DenyOperation = 'Embed' }; Id = 'NotAllowed' }
    ) {
        Write-Scan scan.pdf 1, 2, 3
        Connect-Cohere -Emulator @Session
        (Get-ErrorOf { Invoke-Update -Parse }).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        $paid = Get-CallCount Parse
        $paid | Should -BeGreaterThan 1
        $index | Should -Not -Exist

        Connect-Cohere -Emulator
        (Invoke-Update -Parse).Status | Should -Be 'Updated'
        Get-CallCount Parse | Should -Be (3 - $paid)
    }

    It 'ignores an incomplete line after a kill' {
        Write-Scan scan.pdf 1, 2
        $null = Invoke-Update -Parse
        $lines = [System.IO.File]::ReadAllText("$index.parsed")
        [System.IO.File]::WriteAllText("$index.parsed", $lines.Substring(0, $lines.Length - 9))
        (Invoke-Update -Parse -MaxTokens 64).Parsed | Should -Be 1
        (Invoke-Update -Parse -MaxTokens 65).Parsed | Should -Be 0
    }

    It 'does not use what the emulator read in an index of Cohere' {
        Write-Scan scan.pdf 1
        $null = Invoke-Update -Parse
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            Add-ParseAnswer 'What the page says. [vector]'
            (Invoke-Update -Parse -Force).Parsed | Should -Be 1
            @(Import-CohereEmbedding -LiteralPath $index).Text | Should -Be 'What the page says. [vector]'
            @(Get-Content -LiteralPath "$index.parsed") | Should -HaveCount 1
        }
        finally {
            $server.Dispose()
        }
    }

    It 'sends nothing if the texts cannot be kept' {
        Write-Scan scan.pdf 1, 2
        $null = New-Item -ItemType Directory -Path "$index.parsed"
        $problem = Get-ErrorOf { Invoke-Update -Parse }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        "$problem" | Should -BeLike '*.parsed*'
        Get-CallCount Parse | Should -Be 0
    }

    It 'sends no other page if the text of one cannot be kept' {
        Write-Scan scan.pdf 1, 2, 3
        $server = Open-TestServer
        $page = $server.Default = [CohereShellTests.Answer] @{ Held = $true; Body = '{"id":"p","pages":[{"index":0,"type":"markdown","markdown":{"content":"Page.","images":[]}}]}' }
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript('param($address, $index, $folder) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Update-CohereIndex $index -Source $folder -Parse').
                AddArgument($server.BaseUri).AddArgument($index).AddArgument($folder).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            $null = New-Item -ItemType Directory -Path "$index.parsed"
            $page.Held = $false
            $null = $shell.EndInvoke($running)

            $server.Requests | Should -HaveCount 1
            $shell.Streams.Error | Should -Not -BeNullOrEmpty
            $shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
            $index | Should -Not -Exist
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
            $server.Dispose()
        }
    }

    It 'sends an image again if its line is damaged: <Line>' -ForEach @(
        @{ Line = 'null' }
        @{ Line = '[]' }
        @{ Line = '{"image":1}' }
        @{ Line = '{"image":"<hash>","path":"a","pages":[1]}' }
        @{ Line = '{"image":"<hash>","path":"a","pages":null}' }
        @{ Line = '{"image":"<hash>","path":"a","pages":["\ud800"]}' }
    ) {
        Write-Scan scan.pdf 1
        $null = Invoke-Update -Parse
        $hash = (Get-Content -LiteralPath "$index.parsed" | ConvertFrom-Json).image
        [System.IO.File]::WriteAllText("$index.parsed", $Line.Replace('<hash>', $hash) + "`n")
        (Invoke-Update -Parse -MaxTokens 64).Parsed | Should -Be 1
        (Invoke-Update -Parse -MaxTokens 65).Parsed | Should -Be 0
    }

    It 'does not mix the chunks of an interrupted update with those of more pages' {
        Write-Scan a.pdf 'Page one [vector]', 1, 'Page three [vector]', 2
        Set-Content -LiteralPath (Join-Path $folder 'b.txt') -Value (1..400 | ForEach-Object { "Line $_ [vector]`n" })
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -CallLimit 1
            (Get-ErrorOf { Invoke-Update -MaxTokens 16 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
            "$index.partial" | Should -Exist

            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            Add-ParseAnswer 'Page two [vector]'
            $server.Enqueue([CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}' })
            $update = Update-CohereIndex $index -Source $folder -MaxTokens 16 -Parse -MaxRetryCount 0 -ErrorAction SilentlyContinue
            $update.Failed | Should -Be 1
            @(Import-CohereEmbedding -LiteralPath $index | Where-Object Path -Like *a.pdf).Text.Trim() | Sort-Object | Should -Be 'Page one [vector]', 'Page three [vector]', 'Page two [vector]'
            (Update-CohereIndex $index -Source $folder -MaxTokens 16).Unchanged | Should -Be 2
        }
        finally {
            $server.Dispose()
        }
    }

    It 'sends nothing if the policy denies it' {
        Write-Scan scan.pdf 1
        Connect-Cohere -Emulator -DenyOperation Parse
        (Get-ErrorOf { Invoke-Update -Parse }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        Get-CallCount Parse | Should -Be 0
    }

    It 'shows with -WhatIf what would be parsed, and writes nothing' {
        Write-Scan scan.pdf 1, 2
        Set-Content -LiteralPath (Join-Path $folder 'text.txt') -Value 'A text.'
        $shown = "$(Invoke-InTestHost -Line '' -Script "Connect-Cohere -Emulator; Update-CohereIndex '$index' -Source '$folder' -Parse -WhatIf")"
        $shown | Should -Match '2 calls of Parse with parse-v5.0'
        $shown | Should -Match '1 call of Embed with embed-v4.0: 1 input'
        $shown | Should -Match "isn't known yet"
        Get-ChildItem -LiteralPath $TestDrive -Filter "$(Split-Path $index -Leaf)*" | Should -BeNullOrEmpty
    }

    It 'sends an image once that several files contain, also if they are read at the same time' {
        1..4 | ForEach-Object { Write-Scan "scan$_.pdf" 1 }
        $shown = "$(Invoke-InTestHost -Line '' -Script "Connect-Cohere -Emulator; Update-CohereIndex '$index' -Source '$folder' -Parse -WhatIf")"
        $shown | Should -Match '1 call of Parse with parse-v5.0'
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            # The other files are read while the answer for the first one is awaited.
            Add-ParseAnswer 'What the page says. [vector]' -DelayMs 1000
            $update = Invoke-Update -Parse -ThrottleLimit 4
            "$($update.Status) $($update.Added) $($update.Parsed)" | Should -Be 'Updated 4 1'
            $server.Requests.Target | Should -Be '/v2/parse', '/v2/embed'
            @(Import-CohereEmbedding -LiteralPath $index).Path | Split-Path -Leaf | Sort-Object | Should -Be (1..4 | ForEach-Object { "scan$_.pdf" })
        }
        finally {
            $server.Dispose()
        }
    }

    It 'sends an image again for the next file if the call for the first one failed' {
        1..2 | ForEach-Object { Write-Scan "scan$_.pdf" 1 }
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            $server.Enqueue([CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}'; DelayMs = 200 })
            Add-ParseAnswer 'What the page says. [vector]'
            $update = Invoke-Update -Parse -MaxRetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problem
            "$($update.Failed) $($update.Parsed)" | Should -Be '1 1'
            $problem | Should -HaveCount 1
            $server.Requests.Target | Should -Be '/v2/parse', '/v2/parse', '/v2/embed'
        }
        finally {
            $server.Dispose()
        }
    }

    It 'parses once with an embed job' {
        Write-Scan scan.pdf 1, 2
        $update = Invoke-Update -Parse -UseEmbedJob
        "$($update.Status) $($update.Parsed) $($update.Chunks)" | Should -Be 'Updated 2 2'
        Get-CallCount Parse | Should -Be 2
        Get-CallCount Embed | Should -Be 0
    }

    It 'says which image it cannot send, and reads the others' {
        $bytes = Get-TestPng
        $bytes[17] = $bytes[21] = 1
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'huge.png'), $bytes)
        Write-Scan scan.pdf 1
        $update = Update-CohereIndex $index -Source $folder -Parse -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.ImageTooLarge,*'
        "$($update.Status) $($update.Added) $($update.Failed)" | Should -Be 'Incomplete 1 1'
    }

    It 'refuses -ParseModel without -Parse' {
        (Get-ErrorOf { Invoke-Update -ParseModel m }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'indexes the other pages if a page is refused, and sends only that again' {
        Write-Scan scan.pdf 1, 2, 3
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            Add-ParseAnswer 'Page one. [vector]'
            $server.Enqueue([CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}' })
            Add-ParseAnswer 'Page three. [vector]'
            $update = Update-CohereIndex $index -Source $folder -Parse -MaxRetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problem
            $problem | Should -HaveCount 1
            "$($update.Status) $($update.Failed) $($update.Chunks)" | Should -Be 'Incomplete 1 2'

            $server.Reset()
            Add-ParseAnswer 'Page two. [vector]'
            $update = Invoke-Update -Parse -ParseModel my-parse
            "$($update.Status) $($update.Parsed) $($update.Embedded) $($update.Reused)" | Should -Be 'Updated 1 1 2'
            (ConvertFrom-Json $server.Requests[0].Body).model | Should -Be 'my-parse'
            Get-IndexedPage | Should -Be 'scan.pdf 1', 'scan.pdf 2', 'scan.pdf 3'
            (Invoke-Update -Parse).Status | Should -Be 'Unchanged'
            $server.Requests | Should -HaveCount 2
        }
        finally {
            $server.Dispose()
        }
    }
}
