#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator

    function Get-NewPath([string] $Extension) {
        Join-Path $TestDrive "$([guid]::NewGuid())$Extension"
    }

    function Get-CallCount([string] $Operation) {
        [int] (Get-CohereUsage -Operation $Operation | Measure-Object -Property Calls -Sum).Sum
    }

    # What a process that was killed leaves behind.
    function Limit-FileEnd([string] $Path, [double] $Kept) {
        $bytes = [System.IO.File]::ReadAllBytes($Path)
        [System.IO.File]::WriteAllBytes($Path, $bytes[0..([int] ($bytes.Count * $Kept))])
    }
}

AfterAll {
    Restore-TestState
}

Describe 'New-CohereEmbedding -OutFile with <Extension>' -ForEach @{ Extension = '.jsonl' }, @{ Extension = '.arrow' } {
    It 'writes rows that are imported and searched' {
        $file = Get-NewPath $Extension
        $texts = 'Logs are kept for 400 days.', 'The printer is on floor 3.', 'The printer is on floor 3.'

        $texts | New-CohereEmbedding -OutFile $file -OutputDimension 256 | Should -BeNullOrEmpty

        $expected = @($texts | New-CohereEmbedding -OutputDimension 256)
        $embeddings = @(Import-CohereEmbedding -Path $file)
        $embeddings | ForEach-Object Text | Should -Be $texts
        $embeddings | ForEach-Object Index | Should -Be 0, 1, 2
        $embeddings[1].Vector | Should -Be $expected[1].Vector
        (Search-CohereEmbedding 'Where is the printer?' -Embedding $embeddings -Top 1).Text | Should -Be $texts[1]
    }

    It 'continues a file that was cut off, and embeds only what is missing' {
        $file = Get-NewPath $Extension
        $texts = 1..100 | ForEach-Object { "Text $_" }
        $texts | New-CohereEmbedding -OutFile $file -OutputDimension 256 -BatchSize 10
        $calls = Get-CallCount Embed
        Limit-FileEnd $file 0.75

        $texts | New-CohereEmbedding -OutFile $file -OutputDimension 256 -BatchSize 10 -Resume
        $texts | New-CohereEmbedding -OutFile $file -OutputDimension 256 -BatchSize 10 -Resume

        (Get-CallCount Embed) - $calls | Should -BeIn 3, 4
        $embeddings = @(Import-CohereEmbedding -Path $file | Sort-Object -Property Index)
        $embeddings | ForEach-Object Text | Should -Be $texts
    }

    It 'recognizes <What>' -ForEach @(
        @{ What = 'objects by their id'; Inputs = { 1..3 | ForEach-Object { [pscustomobject] @{ Id = $_; Name = 'same' } } }; Arguments = @{ Property = 'Name'; IdProperty = 'Id' }; More = { [pscustomobject] @{ Id = 9; Name = 'same' } } }
        @{ What = 'objects by their place and text'; Inputs = { 1..3 | ForEach-Object { @{ Name = 'same' } } }; Arguments = @{ Property = 'Name' }; More = { @{ Name = 'same' } } }
        @{ What = 'files by their path'; Inputs = { 1..3 | ForEach-Object { $path = Join-Path $TestDrive "t$_.txt"; Set-Content -LiteralPath $path 'same'; Get-Item -LiteralPath $path } }; Arguments = @{ AsText = $true }; More = { $path = Join-Path $TestDrive 't9.txt'; Set-Content -LiteralPath $path 'same'; Get-Item -LiteralPath $path } }
    ) {
        $file = Get-NewPath $Extension
        $all = @(& $Inputs)
        $all[0, 1] | New-CohereEmbedding -OutFile $file @Arguments
        $all + @(& $More) | New-CohereEmbedding -OutFile $file -Resume @Arguments
        $calls = Get-CallCount Embed
        $all | New-CohereEmbedding -OutFile $file -Resume @Arguments

        Get-CallCount Embed | Should -Be $calls
        @(Import-CohereEmbedding -Path $file) | Should -HaveCount 4
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = 'CSV'; Command = { 'a' | New-CohereEmbedding -OutFile a.csv }; Id = 'InvalidValue' }
        @{ Why = 'another format'; Command = { 'a' | New-CohereEmbedding -OutFile a.parquet }; Id = 'InvalidValue' }
        @{ Why = '-Resume without -OutFile'; Command = { 'a' | New-CohereEmbedding -Resume }; Id = 'InvalidCombination' }
        @{ Why = '-IdProperty without -OutFile'; Command = { @{ a = 'x' } | New-CohereEmbedding -Property a -IdProperty a }; Id = 'InvalidCombination' }
        @{ Why = '-Resume with -Content'; Command = { New-CohereEmbedding -Content 'a' -OutFile a.jsonl -Resume }; Id = 'InvalidCombination' }
        @{ Why = 'an existing file'; Command = { 'b' | New-CohereEmbedding -OutFile $existing }; Id = 'FileExists' }
        @{ Why = 'another model'; Command = { 'b' | New-CohereEmbedding -OutFile $existing -Resume -Model embed-english-v3.0 }; Id = 'InvalidCombination' }
        @{ Why = 'another dimension'; Command = { 'b' | New-CohereEmbedding -OutFile $existing -Resume -OutputDimension 256 }; Id = 'InvalidCombination' }
        @{ Why = 'another kind of rows'; Command = { @{ a = 'x' } | New-CohereEmbedding -Property a -IdProperty a -OutFile $existing -Resume }; Id = 'FileNotResumable' }
    ) {
        $existing = Get-NewPath $Extension
        'a' | New-CohereEmbedding -OutFile $existing
        $calls = Get-CallCount Embed

        (Get-ErrorOf $Command).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"

        Get-CallCount Embed | Should -Be $calls
        @(Import-CohereEmbedding -Path $existing) | Should -HaveCount 1
    }

    It 'leaves a file that was cut off anywhere to -Resume, and loses no complete batch' {
        $file = Get-NewPath $Extension
        $texts = 1..12 | ForEach-Object { "Text $_" }
        $texts | New-CohereEmbedding -OutFile $file -OutputDimension 256 -BatchSize 3
        $whole = [System.IO.File]::ReadAllBytes($file)
        foreach ($share in 0.0001, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99, 0.9999) {
            [System.IO.File]::WriteAllBytes($file, $whole[0..([int] ($whole.Count * $share))])
            $before = @(Import-CohereEmbedding -Path $file -ErrorAction SilentlyContinue)

            $texts | New-CohereEmbedding -OutFile $file -OutputDimension 256 -BatchSize 3 -Resume

            $before.Count | Should -BeGreaterOrEqual ([Math]::Floor(($share - 0.1) * 4) * 3)
            @(Import-CohereEmbedding -Path $file | Sort-Object -Property Index) | ForEach-Object Text | Should -Be $texts
        }
    }

    It 'previews with -WhatIf and leaves the file as it is' {
        $file = Get-NewPath $Extension
        'a' | New-CohereEmbedding -OutFile $file
        $before = (Get-FileHash -LiteralPath $file).Hash

        'a', 'b' | New-CohereEmbedding -OutFile $file -Resume -WhatIf
        'a', 'b' | New-CohereEmbedding -OutFile $file -Force -WhatIf

        (Get-FileHash -LiteralPath $file).Hash | Should -Be $before
    }

    It 'replaces a file only with -Force, when there is something to write' {
        $file = Get-NewPath $Extension
        'a', 'b' | New-CohereEmbedding -OutFile $file

        @() | New-CohereEmbedding -OutFile $file -Force -ErrorAction SilentlyContinue
        @(Import-CohereEmbedding -Path $file) | Should -HaveCount 2
        'c' | New-CohereEmbedding -OutFile $file -Force

        @(Import-CohereEmbedding -Path $file) | ForEach-Object Text | Should -Be 'c'
    }

    It 'reports bad inputs and writes the others' {
        $file = Get-NewPath $Extension
        $rows = [pscustomobject] @{ Id = 1; T = 'a' }, [pscustomobject] @{ Id = 1; T = 'b' }, [pscustomobject] @{ T = 'c' }, [pscustomobject] @{ Id = 4; T = 'd' }

        $rows | New-CohereEmbedding -Property T -IdProperty Id -OutFile $file -ErrorVariable problem -ErrorAction SilentlyContinue

        $problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' } | Should -Be 'CohereShell.DuplicateId', 'CohereShell.IdNotFound'
        @(Import-CohereEmbedding -Path $file) | ForEach-Object Text | Should -Be 'a', 'd'
    }
}

Describe 'Invoke-CohereParse -OutFile with rows' {
    BeforeAll {
        $script:images = foreach ($name in 'a', 'b', 'c') {
            $path = Join-Path $TestDrive "$name.png"
            [System.IO.File]::WriteAllBytes($path, (Get-TestPng))
            $path
        }
    }

    It 'writes a row for each image, and skips those in the file: <Extension>' -ForEach @(
        @{ Extension = '.csv'; Read = { Import-Csv -LiteralPath $file } }
        @{ Extension = '.jsonl'; Read = { Get-Content -LiteralPath $file | ConvertFrom-Json } }
    ) {
        $file = Get-NewPath $Extension
        Invoke-CohereParse -Path $images[0, 1] -OutFile $file -Resume | Should -BeNullOrEmpty
        $calls = Get-CallCount Parse
        (Invoke-CohereParse -Path $images -OutFile $file -Resume -PassThru).FullName | Should -Be $file
        Invoke-CohereParse -Uri https://example.com/d.png -OutFile $file -Resume
        Invoke-CohereParse -Uri https://example.com/d.png -OutFile $file -Resume

        (Get-CallCount Parse) - $calls | Should -Be 2
        $rows = @(& $Read)
        # The images of a run are sent at the same time, and each is written when its answer arrives.
        $rows | ForEach-Object Path | Where-Object { $_ } | Sort-Object | Should -Be ($images | Sort-Object)
        $rows[3].Uri | Should -Be 'https://example.com/d.png'
        ($rows | Where-Object Path -EQ $images[0]).Text | Should -Be (Invoke-CohereParse -Path $images[0]).Text
    }

    It 'writes blocks to JSON Lines' {
        $file = Get-NewPath '.jsonl'
        Invoke-CohereParse -Path $images[0] -OutFile $file -Format Blocks

        $row = Get-Content -LiteralPath $file | ConvertFrom-Json
        $row.Blocks | Should -Not -BeNullOrEmpty
        $row.Blocks[0].Type | Should -Not -BeNullOrEmpty
        @($row.Blocks | Where-Object BoundingBox)[0].BoundingBox.PSObject.Properties.Name | Should -Be 'TopLeftX', 'TopLeftY', 'BottomRightX', 'BottomRightY'
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = '-Resume with Markdown'; Command = { Invoke-CohereParse -Path $images[0] -OutFile all.md -Resume }; Id = 'InvalidCombination' }
        @{ Why = '-Resume without a file'; Command = { Invoke-CohereParse -Path $images[0] -Resume }; Id = 'InvalidCombination' }
        @{ Why = 'blocks in CSV'; Command = { Invoke-CohereParse -Path $images[0] -OutFile (Get-NewPath '.csv') -Format Blocks }; Id = 'InvalidCombination' }
        @{ Why = 'an existing file'; Command = { $file = Get-NewPath '.csv'; 'mine' | Set-Content -LiteralPath $file; Invoke-CohereParse -Path $images[0] -OutFile $file }; Id = 'FileExists' }
        @{ Why = 'an image twice'; Command = { Invoke-CohereParse -Path $images[0], $images[0] -OutFile (Get-NewPath '.csv') }; Id = 'DuplicateId' }
    ) {
        (Get-ErrorOf $Command).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
    }

    It 'changes nothing with -WhatIf: <Name>' -ForEach @(
        @{ Name = 'a part of a row'; Content = "`"Id`",`"Text`"`n`"r1`",`"a`"`n`"r2`",`"b"; With = @{ Resume = $true } }
        @{ Name = 'a missing line break'; Content = "`"Id`",`"Text`"`n`"r1`",`"a`""; With = @{ Resume = $true } }
        @{ Name = 'a file to replace'; Content = "`"Id`",`"Text`"`n`"r1`",`"a`"`n"; With = @{ Force = $true } }
        @{ Name = 'a read-only file to replace'; Content = "x`n"; With = @{ Force = $true }; IsReadOnly = $true }
        @{ Name = 'no file'; With = @{ Resume = $true } }
    ) {
        $file = Join-Path (New-Item -ItemType Directory -Path (Get-NewPath '')) 'answers.csv'
        if ($Content) {
            [System.IO.File]::WriteAllText($file, $Content)
            Set-ItemProperty -LiteralPath $file -Name IsReadOnly -Value ([bool] $IsReadOnly)
            $before = Get-Item -LiteralPath $file
        }

        1..3 | ForEach-Object { [pscustomobject]@{ Id = "r$_" } } |
            Invoke-CohereChat -Prompt '{Id}' -IdProperty Id -OutFile $file @With -WhatIf -Verbose 4> $null

        @(Get-ChildItem -LiteralPath (Split-Path $file) -Force).Name | Should -Be $(if ($Content) { 'answers.csv' })
        if ($Content) {
            $after = Get-Item -LiteralPath $file
            [System.IO.File]::ReadAllText($file) | Should -BeExactly $Content
            $after.LastWriteTimeUtc | Should -Be $before.LastWriteTimeUtc
            $after.IsReadOnly | Should -Be $before.IsReadOnly
        }
    }

    It 'writes nothing with -WhatIf' {
        $file = Get-NewPath '.csv'
        $calls = Get-CallCount Parse
        Invoke-CohereParse -Path $images -OutFile $file -WhatIf
        Get-CallCount Parse | Should -Be $calls
        $file | Should -Not -Exist
    }
}

Describe 'Invoke-CohereTranscription -OutFile' {
    BeforeAll {
        $script:sounds = foreach ($name in 'a', 'b', 'c') {
            $path = Join-Path $TestDrive "$name.wav"
            [System.IO.File]::WriteAllBytes($path, [byte[]]::new(200))
            $path
        }
    }

    It 'writes a row for each file, and skips those in the file: <Extension>' -ForEach @(
        @{ Extension = '.csv'; Read = { Import-Csv -LiteralPath $file } }
        @{ Extension = '.jsonl'; Read = { Get-Content -LiteralPath $file | ConvertFrom-Json } }
    ) {
        $file = Get-NewPath $Extension
        Invoke-CohereTranscription -Path $sounds[0, 1] -Language en -OutFile $file | Should -BeNullOrEmpty
        Limit-FileEnd $file 0.9
        $calls = Get-CallCount CreateTranscription

        Invoke-CohereTranscription -Path $sounds -Language en -OutFile $file -Resume
        Invoke-CohereTranscription -Path $sounds -Language en -OutFile $file -Resume

        (Get-CallCount CreateTranscription) - $calls | Should -Be 2
        $rows = @(& $Read)
        $rows | ForEach-Object Path | Sort-Object | Should -Be $sounds
        $rows | ForEach-Object { $_.PSObject.Properties.Name -join ' ' } | Select-Object -Unique | Should -Be 'Path Text Language Model'
        $rows | ForEach-Object Text | Should -BeLike '*.wav*'
    }

    It 'refuses a name without a format, and an existing file' {
        (Get-ErrorOf { Invoke-CohereTranscription -Path $sounds -Language en -OutFile a.txt }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $file = Get-NewPath '.csv'
        'mine' | Set-Content -LiteralPath $file
        (Get-ErrorOf { Invoke-CohereTranscription -Path $sounds -Language en -OutFile $file }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
        Get-Content -LiteralPath $file | Should -Be 'mine'
    }
}
