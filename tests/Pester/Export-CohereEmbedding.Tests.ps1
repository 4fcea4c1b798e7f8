#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# The cases hold embeddings, so that finding the tests needs the module as running them does.
BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1

    function Get-TestEmbedding {
        param([int] $Count = 3, [hashtable] $With = @{}, [int] $First = 0)
        for ($i = $First; $i -lt $First + $Count; $i++) {
            [CohereShell.Embedding] (@{ Index = $i; Text = "text $i"; Model = 'embed-v4.0'; InputType = 'SearchDocument'; Vector = [float[]] (0.1, -0.5, $i) } + $With)
        }
    }
}

AfterAll {
    Restore-TestState
}

Describe 'Export-CohereEmbedding' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:jsonl = Join-Path $folder 'a.jsonl'
        $script:arrow = Join-Path $folder 'a.arrow'
    }

    It 'writes a row of JSON for each embedding' {
        $origin = [pscustomobject] @{ Name = 'SRV01'; Tags = 'a', 'b' }

        Get-TestEmbedding 1 @{ Path = 'a.txt'; InputObject = $origin; Int8 = [sbyte[]] (1, -2, 3) } | Export-CohereEmbedding $jsonl

        Get-Content -LiteralPath $jsonl | Should -BeExactly '{"index":0,"text":"text 0","path":"a.txt","model":"embed-v4.0","input_type":"search_document","embeddings":{"float":[0.1,-0.5,0],"int8":[1,-2,3]},"input_object":{"Name":"SRV01","Tags":["a","b"]}}'
    }

    It 'takes the form from the extension: <Name>' -ForEach @(
        @{ Name = 'x.jsonl'; Start = '{' }
        @{ Name = 'x.NDJSON'; Start = '{' }
        @{ Name = 'x.json'; Start = '{' }
        @{ Name = 'x.arrow'; Start = 'A' }
        @{ Name = 'x.Feather'; Start = 'A' }
    ) {
        $path = Join-Path $folder $Name

        Get-TestEmbedding | Export-CohereEmbedding $path

        [char] [System.IO.File]::ReadAllBytes($path)[0] | Should -Be $Start
    }

    It 'asks for -Format where the extension says nothing' {
        $path = Join-Path $folder 'x.dat'
        $problem = Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding $path }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Format*'
        Get-ChildItem -LiteralPath $folder | Should -BeNullOrEmpty

        Get-TestEmbedding | Export-CohereEmbedding $path -Format Arrow
        (Import-CohereEmbedding $path).Text | Should -Be 'text 0', 'text 1', 'text 2'
    }

    It 'refuses the old format, and names the new one' {
        $problem = Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding (Join-Path $folder 'x.cemb') }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*.arrow*'
        Get-ChildItem -LiteralPath $folder | Should -BeNullOrEmpty
    }

    It 'gives kept properties columns with types' {
        Get-TestEmbedding 1 @{ InputObject = [pscustomobject] @{ Name = 'SRV01'; Id = 4625; Load = 0.5; Up = $true; Tags = 'a', 'b' } } | Export-CohereEmbedding $arrow

        $bytes = [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($arrow))
        foreach ($name in 'Name', 'Id', 'Load', 'Up', 'cohere.model', 'embed-v4.0') {
            $bytes | Should -BeLikeExactly "*$name*"
        }

        (Import-CohereEmbedding $arrow).InputObject.Tags | Should -Be 'a', 'b'
    }

    It 'writes an error for an embedding in a format without a column, with the embedding as its target' {
        $odd = [CohereShell.Embedding] @{ Model = 'embed-v4.0'; Int8 = [sbyte[]] (1, 2, 3) }
        & { Get-TestEmbedding 1100; $odd; Get-TestEmbedding 1 -First 1100 } | Export-CohereEmbedding $arrow -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoCommonForm,*'
        $problems[0].TargetObject | Should -Be $odd
        Import-CohereEmbedding $arrow | Should -HaveCount 1101
    }

    It 'takes embeddings from a variable, and the matches of a search' {
        Export-CohereEmbedding $jsonl -InputObject (Get-TestEmbedding)
        Get-TestEmbedding | Search-CohereEmbedding (0, 0, 1) -Top 1 | Export-CohereEmbedding $arrow

        Import-CohereEmbedding $jsonl | Should -HaveCount 3
        (Import-CohereEmbedding $arrow).Index | Should -Be 2
    }

    It 'writes nothing with -WhatIf' {
        Get-TestEmbedding | Export-CohereEmbedding $arrow -WhatIf -PassThru | Should -BeNullOrEmpty

        Get-ChildItem -LiteralPath $folder | Should -BeNullOrEmpty
    }

    It 'returns the file with -PassThru, which can be piped to Import-CohereEmbedding' {
        $file = Get-TestEmbedding | Export-CohereEmbedding $arrow -PassThru

        $file | Should -BeOfType System.IO.FileInfo
        $file.FullName | Should -Be $arrow
        ($file | Import-CohereEmbedding).Index | Should -Be 0, 1, 2
        Get-TestEmbedding | Export-CohereEmbedding $arrow | Should -BeNullOrEmpty
    }

    It 'replaces a file, but not with -NoClobber' {
        Get-TestEmbedding 5 | Export-CohereEmbedding $arrow
        Get-TestEmbedding 2 | Export-CohereEmbedding $arrow

        $problem = Get-ErrorOf { Get-TestEmbedding 3 | Export-CohereEmbedding $arrow -NoClobber }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
        $problem.CategoryInfo.Category | Should -Be 'ResourceExists'
        Import-CohereEmbedding $arrow | Should -HaveCount 2
    }

    It 'replaces a read-only file only with -Force' {
        Get-TestEmbedding 5 | Export-CohereEmbedding $arrow
        Set-ItemProperty -LiteralPath $arrow -Name IsReadOnly -Value $true

        (Get-ErrorOf { Get-TestEmbedding 3 | Export-CohereEmbedding $arrow }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        Get-TestEmbedding 2 | Export-CohereEmbedding $arrow -Force

        Import-CohereEmbedding $arrow | Should -HaveCount 2
        (Get-Item -LiteralPath $arrow).IsReadOnly | Should -BeTrue
        Set-ItemProperty -LiteralPath $arrow -Name IsReadOnly -Value $false
    }

    It 'appends to <_>' -ForEach 'a.jsonl', 'a.arrow' {
        $path = Join-Path $folder $_
        Get-TestEmbedding 3 | Export-CohereEmbedding $path -Append
        Get-TestEmbedding 2 -First 3 | Export-CohereEmbedding $path -Append

        (Import-CohereEmbedding $path).Index | Should -Be 0, 1, 2, 3, 4
        Get-ChildItem -LiteralPath $folder | Should -HaveCount 1
    }

    It 'appends in the form that the file has, whatever its name' {
        $path = Join-Path $folder 'x.dat'
        Get-TestEmbedding 1 | Export-CohereEmbedding $path -Format Arrow

        Get-TestEmbedding 1 -First 1 | Export-CohereEmbedding $path -Append

        Import-CohereEmbedding $path | Should -HaveCount 2
        (Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding $path -Append -Format Jsonl }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'appends to no file that is damaged' {
        Get-TestEmbedding | Export-CohereEmbedding $arrow
        $bytes = [System.IO.File]::ReadAllBytes($arrow)
        [System.IO.File]::WriteAllBytes($arrow, $bytes[0..($bytes.Count - 5)])

        $problem = Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding $arrow -Append }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotAppendable,*'
        (Get-Item -LiteralPath $arrow).Length | Should -Be ($bytes.Count - 4)
        Get-ChildItem -LiteralPath $folder | Should -HaveCount 1
    }

    It 'writes an error for <Name>, and continues with the others, in both forms' -ForEach @(
        @{ Name = 'another model'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 2, 3); Model = 'embed-english-v3.0' }; Reason = 'ModelMismatch' }
        @{ Name = 'another dimension'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 2); Model = 'embed-v4.0' }; Reason = 'DimensionMismatch' }
        @{ Name = 'NaN'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 2, [float]::NaN); Model = 'embed-v4.0' }; Reason = 'NotFinite' }
        @{ Name = 'null'; Bad = $null; Reason = 'NullInput' }
        @{ Name = 'a text'; Bad = 'a text'; Reason = 'NotAnEmbedding' }
        @{ Name = 'an input object that JSON cannot hold'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 2, 3); Model = 'embed-v4.0'; InputObject = { 1 } }; Reason = 'NotJson' }
    ) {
        foreach ($path in $jsonl, $arrow) {
            & { Get-TestEmbedding 1; , $Bad; Get-TestEmbedding 1 -First 1 } | Export-CohereEmbedding $path -ErrorVariable problems -ErrorAction SilentlyContinue

            $problems | Should -HaveCount 1
            $problems[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
            $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            (Import-CohereEmbedding $path).Index | Should -Be 0, 1
        }
    }

    It 'checks what it appends against what the file holds' {
        foreach ($path in $jsonl, $arrow) {
            Get-TestEmbedding 1 | Export-CohereEmbedding $path
            [CohereShell.Embedding] @{ Vector = [float[]] (1, 2, 3); Model = 'other' } | Export-CohereEmbedding $path -Append -ErrorVariable problems -ErrorAction SilentlyContinue

            $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.ModelMismatch,*'
            Import-CohereEmbedding $path | Should -HaveCount 1
        }
    }

    It 'leaves no half file and keeps the old one when the pipeline is stopped by <Name>' -ForEach @(
        @{ Name = 'an error'; Stop = { throw 'stop' } }
        @{ Name = 'break'; Stop = { break } }
    ) {
        foreach ($append in $false, $true) {
            Get-TestEmbedding 2 | Export-CohereEmbedding $arrow
            $before = (Get-FileHash -LiteralPath $arrow).Hash
            foreach ($once in 1) {
                try {
                    & { Get-TestEmbedding 2000; & $Stop } | Export-CohereEmbedding $arrow -Append:$append
                    throw 'The pipeline went on.'
                }
                catch {
                    "$_" | Should -Be 'stop'
                }
            }

            (Get-FileHash -LiteralPath $arrow).Hash | Should -Be $before
            Get-ChildItem -LiteralPath $folder | Should -HaveCount 1
        }
    }

    It 'is complete when Select-Object -First has enough before it' {
        & { while ($true) { Get-TestEmbedding 1 } } | Select-Object -First 5 | Export-CohereEmbedding $arrow

        Import-CohereEmbedding $arrow | Should -HaveCount 5
    }

    It 'leaves no half file and keeps the old one with Ctrl+C' {
        Get-TestEmbedding 2 | Export-CohereEmbedding $arrow
        $before = (Get-FileHash -LiteralPath $arrow).Hash
        foreach ($append in $false, $true) {
            $shell = Get-OtherPowerShell
            try {
                $null = $shell.AddScript('param($path, $append, $embedding) & { while ($true) { $embedding } } | Export-CohereEmbedding $path -Append:$append').
                    AddArgument($arrow).AddArgument($append).AddArgument((Get-TestEmbedding 1)).BeginInvoke()
                Wait-Condition { @(Get-ChildItem -LiteralPath $folder).Count -eq 2 }
                $shell.Stop()
                Wait-Condition { @(Get-ChildItem -LiteralPath $folder).Count -eq 1 }
            }
            finally {
                $shell.Runspace.Dispose()
                $shell.Dispose()
            }

            (Get-FileHash -LiteralPath $arrow).Hash | Should -Be $before
        }
    }

    It 'ends where a file cannot be written' {
        $problem = Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding (Join-Path $folder 'no/a.arrow') }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        (Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding 'Env:\a.arrow' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
    }

    It 'writes names with wildcard characters with -LiteralPath' {
        $path = Join-Path $folder 'a[1].jsonl'

        Get-TestEmbedding | Export-CohereEmbedding -LiteralPath $path

        Import-CohereEmbedding -LiteralPath $path | Should -HaveCount 3
        (Get-ErrorOf { Get-TestEmbedding | Export-CohereEmbedding (Join-Path $folder '*.arrow') }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
    }

    It 'writes a file that holds nothing where nothing comes' {
        foreach ($path in $jsonl, $arrow) {
            @() | Export-CohereEmbedding $path

            $path | Should -Exist
            Import-CohereEmbedding $path | Should -BeNullOrEmpty
        }
    }

    It 'writes where the location is, not where the process is' {
        Push-Location -LiteralPath $folder
        try {
            Get-TestEmbedding | Export-CohereEmbedding 'here.arrow'
        }
        finally {
            Pop-Location
        }

        Join-Path $folder 'here.arrow' | Should -Exist
    }
}
