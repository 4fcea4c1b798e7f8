#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator
    $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'handbook')).FullName
    Set-Content -LiteralPath (Join-Path $folder 'vpn.md') -Value '# VPN', '', 'How to connect.', '', '## Drops', '', 'If the VPN drops, restart the client first.', '', '## Speed', '', 'A slow connection is not a fault.'
    Set-Content -LiteralPath (Join-Path $folder 'logs.txt') -Value 'Security logs are kept for 400 days.'
    Set-Content -LiteralPath (Join-Path $folder 'table.csv') -Value 'server,role', 'SRV01,mail', 'SRV02,backup'
    $script:index = Join-Path $TestDrive 'kb.arrow'
    $null = Update-CohereIndex $index -Source $folder
}

AfterAll {
    Restore-TestState
}

Describe 'Search-CohereIndex' {
    It 'finds passages with their file and heading' {
        $found = Search-CohereIndex $index 'The VPN drops, restart the client' -Top 2

        $found | ForEach-Object { $_ | Should -BeOfType CohereShell.IndexMatch }
        $found | ForEach-Object Rank | Should -Be 1, 2
        $found[0].Text | Should -BeLike '*restart the client first*'
        $found[0].Path | Should -Be (Join-Path $folder 'vpn.md')
        $found[0].Heading | Should -BeLike '*Drops'
        $found[0].Query | Should -Be 'The VPN drops, restart the client'
        $found[0].Index | Should -Be $index
        $found[0].LastWriteTime | Should -BeOfType datetime
        $found[0].Score | Should -BeGreaterThan $found[1].Score
    }

    It 'outputs five, or the number in -Top, and nothing below -MinimumScore' {
        @(Search-CohereIndex $index 'logs' -Top 100).Count | Should -BeGreaterOrEqual 3
        @(Search-CohereIndex $index 'logs' -Top 1) | Should -HaveCount 1
        Search-CohereIndex $index 'Security logs are kept for 400 days.' -MinimumScore 0.9 | ForEach-Object { Split-Path $_.Path -Leaf } | Should -Be 'logs.txt'
        Search-CohereIndex $index 'logs' -MinimumScore 2 | Should -BeNullOrEmpty
    }

    It 'finds the same as Search-CohereEmbedding' {
        $expected = Import-CohereEmbedding -LiteralPath $index | Search-CohereEmbedding 'When does the VPN drop?' -Top 3
        $found = Search-CohereIndex $index 'When does the VPN drop?' -Top 3

        $found.Text | Should -Be $expected.Text
        for ($i = 0; $i -lt 3; $i++) {
            $found[$i].Score | Should -BeGreaterThan ($expected[$i].Score - 0.0001)
            $found[$i].Score | Should -BeLessThan ($expected[$i].Score + 0.0001)
        }
    }

    It 'searches the indexes of the pipeline as one' {
        $other = Join-Path $TestDrive 'second.arrow'
        $source = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'second')
        Set-Content -LiteralPath (Join-Path $source 'logs.txt') -Value 'Web logs are kept for 30 days.'
        $null = Update-CohereIndex $other -Source $source.FullName

        $found = Get-Item -LiteralPath $index, $other | Search-CohereIndex -Query 'How long are logs kept?' -Top 2

        $found.Index | Sort-Object | Should -Be $index, $other
        $found | ForEach-Object Rank | Should -Be 1, 2
        (Get-ErrorOf { Get-Item -LiteralPath $index | Search-CohereIndex }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        (Get-ErrorOf { Get-Item -LiteralPath $folder | Search-CohereIndex -Query q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAFile,*'
        Remove-Item -LiteralPath $other
    }

    It 'says that an index is not complete, and how to create one that is not readable again' {
        $bytes = [System.IO.File]::ReadAllBytes($index)
        $short = Join-Path $TestDrive 'short.index'
        [System.IO.File]::WriteAllBytes($short, $bytes[0..($bytes.Count - 200)])
        Search-CohereIndex $short 'logs' -WarningVariable warning -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
        "$warning" | Should -BeLike '*complete*Update-CohereIndex*'

        Set-Content -LiteralPath $short -Value 'x'
        $problem = Get-ErrorOf { Search-CohereIndex $short 'logs' }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*Update-CohereIndex*'
        Remove-Item -LiteralPath $short
    }

    It 'ranks the candidates again with -Rerank' {
        $before = (Get-CohereUsage | Where-Object Operation -EQ Rerank | Measure-Object Calls -Sum).Sum
        $found = Search-CohereIndex $index 'Which server has the role backup?' -Top 2 -Rerank
        (Get-CohereUsage | Where-Object Operation -EQ Rerank | Measure-Object Calls -Sum).Sum | Should -Be ($before + 1)
        $found | ForEach-Object Rank | Should -Be 1, 2
        $found[0].Score | Should -BeGreaterOrEqual $found[1].Score
        $found[0].Score | Should -BeLessOrEqual 1
        Split-Path $found[0].Path -Leaf | Should -Be 'table.csv'
        (Get-ErrorOf { Search-CohereIndex $index 'q' -RerankModel x }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'takes questions from the pipeline' {
        $found = 'How long are logs kept?', 'Why does the VPN drop?' | Search-CohereIndex $index -Top 1
        $found.Query | Should -Be 'How long are logs kept?', 'Why does the VPN drop?'
        $found | ForEach-Object { Split-Path $_.Path -Leaf } | Should -Be 'logs.txt', 'vpn.md'
    }

    It 'searches several indexes as one' {
        $other = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'other')).FullName
        Set-Content -LiteralPath (Join-Path $other 'coffee.txt') -Value 'The coffee machine is on floor 1.'
        $null = Update-CohereIndex (Join-Path $TestDrive 'other.arrow') -Source $other
        $found = Search-CohereIndex (Join-Path $TestDrive '*.arrow') 'Where is the coffee machine?' -Top 10
        Split-Path $found[0].Path -Leaf | Should -Be 'coffee.txt'
        Split-Path $found[0].Index -Leaf | Should -Be 'other.arrow'
        $found | ForEach-Object { Split-Path $_.Index -Leaf } | Should -Contain 'kb.arrow'
        $found | ForEach-Object Rank | Should -Be (1..$found.Count)
    }

    It 'gives chat documents whose sources name the file and the heading' {
        $answer = Search-CohereIndex $index 'The VPN drops' -Top 1 | Invoke-CohereChat 'What should the user try first?'
        $answer.Citations | Should -Not -BeNullOrEmpty
        "$($answer.Citations[0].Sources[0].Id)" | Should -BeLike 'vpn.md, *Drops'
        $answer.Citations[0].Sources[0].InputObject | Should -BeOfType CohereShell.IndexMatch
    }

    It 'can be ranked again' {
        (Search-CohereIndex $index 'Why does the VPN drop?' | Invoke-CohereRerank 'logs' -Top 1).Text | Should -BeLike '*logs are kept*'
    }

    It 'says what is wrong: <Problem>' -ForEach @(
        @{ Problem = 'no file'; Search = { Search-CohereIndex (Join-Path $TestDrive 'nope.arrow') 'q' }; Id = 'CohereShell.FileNotReadable' }
        @{ Problem = 'not an index'; Search = { Search-CohereIndex (Join-Path $folder 'logs.txt') 'q' }; Id = 'CohereShell.*' }
        @{ Problem = 'a blank query'; Search = { Search-CohereIndex $index ' ' }; Id = 'CohereShell.InvalidValue' }
        @{ Problem = 'a query that is refused'; Search = { Search-CohereIndex $index 'emulate:400' }; Id = 'CohereShell.InvalidRequest' }
    ) {
        (Get-ErrorOf $Search).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }
}

Describe 'The view of matches' {
    BeforeAll {
        $script:rendering = if ($PSStyle) { $PSStyle.OutputRendering }
    }

    AfterAll {
        if ($PSStyle) {
            $PSStyle.OutputRendering = $rendering
        }
    }

    It 'shows place and passage in 80 columns' {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (Search-CohereIndex $index 'The VPN drops, restart the client' -Top 2 | Out-String -Width 80) -split '\r?\n' -ne ''
        $lines[0] | Should -Match '^ 1 0\.\d{4} vpn\.md > .*Drops$'
        $lines -match 'If the VPN drops, restart the client first\.' | Should -HaveCount 1
        $lines | ForEach-Object Length | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeLessOrEqual 80
    }

    It 'highlights the words of the query, also with other endings' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $PSStyle.OutputRendering = 'Ansi'
        $shown = Search-CohereIndex $index 'restarting when it drop' -Top 5 | Out-String -Width 80
        $shown | Should -Match '\x1b\[1mdrops\x1b\[0m'
        $shown | Should -Not -Match '\x1b\[1mit\x1b'
    }

    It 'shows the part of a long text with the words of the query' {
        $PSStyle.OutputRendering = 'PlainText'
        $match = [CohereShell.IndexMatch] @{ Rank = 1; Score = 0.5; Path = '/a/long.txt'; Query = 'needle'; Text = ('hay ' * 500) + 'the needle is here ' + ('hay ' * 500) }
        $shown = $match | Out-String -Width 80
        $shown | Should -Match '… (hay )*the needle is here'
        $shown.Length | Should -BeLessThan 500
    }
}
