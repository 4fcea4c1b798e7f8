#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:text = 'One is short. Two is a bit longer. Three is the last one.'
}

AfterAll {
    Restore-TestState
}

Describe 'Split-CohereText' {
    It 'needs no session, and splits at sentences' {
        Disconnect-Cohere -ErrorAction SilentlyContinue
        $chunks = $text | Split-CohereText -MaxLength 35
        $chunks.Text | Should -Be 'One is short. Two is a bit longer.', 'Three is the last one.'
        $chunks.Index | Should -Be 0, 1
        $chunks.Offset | Should -Be 0, 35
        $chunks[0] | Should -BeOfType CohereShell.TextChunk
        $chunks[0].InputObject | Should -BeExactly $text
        $chunks[0].EstimatedTokens | Should -Be 12
        $chunks[0].Tokens | Should -BeNullOrEmpty
    }

    It 'repeats the last sentences with -Overlap' {
        ($text | Split-CohereText -MaxLength 45 -Overlap 22).Text | Should -Be 'One is short. Two is a bit longer.', 'Two is a bit longer. Three is the last one.'
    }

    It 'keeps a chunk within the estimate' {
        $chunks = (1..500 | ForEach-Object { "Sentence $_ is here." }) -join ' ' | Split-CohereText -MaxTokens 40
        $chunks.Count | Should -BeGreaterThan 50
        ($chunks.EstimatedTokens | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 40
    }

    It 'splits files as documents' {
        Set-Content -LiteralPath "$TestDrive/a.md" -Value "# Backup`n`nNightly.`n`n## Restore`n`nCall."
        $chunks = Get-Item "$TestDrive/a.md" | Split-CohereText
        $chunks.Heading | Should -Be 'Backup', 'Backup > Restore'
        $chunks.Path | Should -Be "$TestDrive/a.md", "$TestDrive/a.md"
        $chunks.InputObject | Should -BeOfType System.IO.FileInfo
        (Import-CohereDocument "$TestDrive/a.md" | Split-CohereText).InputObject | Should -BeOfType CohereShell.Document
    }

    It 'repeats the header of a table' {
        Set-Content -LiteralPath "$TestDrive/a.csv" -Value (@('Name,Address') + (1..50 | ForEach-Object { "host$_,10.0.0.$_" }))
        $chunks = Get-Item "$TestDrive/a.csv" | Split-CohereText -MaxLength 200
        $chunks.Count | Should -BeGreaterThan 3
        foreach ($chunk in $chunks) {
            ($chunk.Text | ConvertFrom-Csv)[0].Name | Should -BeLike 'host*'
        }
    }

    It 'knows the headings of parsed images' {
        Connect-Cohere -Emulator
        [System.IO.File]::WriteAllBytes("$TestDrive/a.png", (Get-TestPng))
        $chunks = Invoke-CohereParse "$TestDrive/a.png" | Split-CohereText
        $chunks[0].Heading | Should -Be 'A PNG image'
        $chunks[0].Path | Should -Be "$TestDrive/a.png"
    }

    It 'splits a property of objects, and leads back to them' {
        $chunks = [pscustomobject] @{ Id = 7; Note = $text } | Split-CohereText -Property Note -MaxLength 35
        $chunks.InputObject.Id | Should -Be 7, 7
    }

    It 'writes an error for an input without text, and continues' {
        $chunks = '', 'a' | Split-CohereText -ErrorVariable failed -ErrorAction SilentlyContinue
        $chunks.Text | Should -Be 'a'
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
    }

    It 'refuses <Why>' -TestCases @(
        @{ Why = 'an overlap of more than half'; Call = { 'a' | Split-CohereText -MaxTokens 10 -Overlap 6 } }
        @{ Why = '-Model without -Exact'; Call = { 'a' | Split-CohereText -Model m } }
        @{ Why = 'no input'; Call = { Split-CohereText } }
    ) {
        (Get-ErrorOf $Call).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'says in the verbose stream how tokens are counted' {
        'a' | Split-CohereText -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -Match 'estimated'
    }

    It 'counts tokens by the service with -Exact' {
        Connect-Cohere -Emulator
        $long = (1..400 | ForEach-Object { "Sentence $_ is here." }) -join ' '
        $chunks = $long | Split-CohereText -MaxTokens 50 -Exact
        $chunks.Text -join ' ' | Should -BeExactly $long
        foreach ($chunk in $chunks) {
            $chunk.Tokens | Should -BeLessOrEqual 50
            [Math]::Abs((ConvertTo-CohereToken $chunk.Text).Count - $chunk.Tokens) | Should -BeLessOrEqual 2
        }

        (Get-CohereUsage -Operation Tokenize).Calls | Should -BeLessOrEqual ($chunks.Count + 2)
    }

    It 'finds the places of tokens that are parts of characters' {
        Connect-Cohere -Emulator
        $chunks = '漢字😀é' * 50 | Split-CohereText -MaxTokens 20 -Exact
        $chunks.Text -join '' | Should -BeExactly ('漢字😀é' * 50)
        $chunks.Count | Should -BeGreaterThan 5
    }

    It 'ends at once when the pipeline has enough' {
        $script:split = 0

        'word ' * 10000 | Split-CohereText -MaxTokens 10 | ForEach-Object { $script:split++; $_ } | Select-Object -First 1 | Should -HaveCount 1

        $script:split | Should -Be 1
    }
}
