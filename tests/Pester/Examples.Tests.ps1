#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Search-Knowledge.ps1')
}

AfterAll {
    Restore-TestState
}

Describe 'examples/Search-Knowledge.ps1' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        Set-Content -LiteralPath (Join-Path $folder 'logs.md') -Value 'Security logs are kept for 400 days.', '', 'They are read every Monday.'
        Set-Content -LiteralPath (Join-Path $folder 'backup.md') -Value 'A backup is kept at another site for 35 days.'
        $null = New-Item -ItemType Directory -Path (Join-Path $folder 'office')
        Set-Content -LiteralPath (Join-Path $folder 'office/printer.txt') -Value 'The printer stands on floor 3.'

        function Search-Folder([string] $Question) {
            & $script $Question -Path $folder -IndexPath $index -Emulator -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        }

        function Get-IndexedFile {
            @(Import-CohereEmbedding -Path $index | ForEach-Object { Split-Path $_.Path -Leaf } | Sort-Object)
        }
    }

    It 'embeds every file once, and answers with sources' {
        $first = Search-Folder 'How long are security logs kept?'
        $second = Search-Folder 'Where does the printer stand?'

        $first.Text | Should -BeLike '*400 days*'
        $first.Citations[0].Sources[0].Id | Should -BeLike 'logs.md*'
        $second.Text | Should -BeLike '*floor 3*'
        Get-IndexedFile | Should -Be 'backup.md', 'logs.md', 'printer.txt'
        (Get-CohereUsage Embed).Calls | Should -Be 1 -Because 'the question alone is embedded'
    }

    It 'answers from what has changed' {
        $null = Search-Folder 'How long are security logs kept?'
        Set-Content -LiteralPath (Join-Path $folder 'logs.md') -Value 'Security logs are kept for 90 days.'
        Remove-Item -LiteralPath (Join-Path $folder 'backup.md')

        $answer = Search-Folder 'How long are security logs kept?'

        $answer.Text | Should -BeLike '*90 days*'
        $answer.Text | Should -Not -BeLike '*400 days*'
        Get-IndexedFile | Should -Be 'logs.md', 'printer.txt'
    }

    It 'answers from the other files if one is refused' {
        Set-Content -LiteralPath (Join-Path $folder 'bad.md') -Value 'A text that is refused: emulate:400'

        (Search-Folder 'How long are security logs kept?').Text | Should -BeLike '*400 days*'
        Get-IndexedFile | Should -Not -Contain 'bad.md'
    }
}

Describe 'examples/Ask-Machine.ps1' {
    BeforeAll {
        $script:script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Ask-Machine.ps1')
    }

    It 'reads the drives, and answers with the result' {
        $result = & $script 'How much free space has each drive?' -Emulator -WarningAction SilentlyContinue
        $result.Looked | Should -Be 'Get-FreeSpace'
        $result.Answer | Should -Match 'FreeGB: \d'
        $result.Tokens | Should -BeGreaterThan 0
    }

    It 'offers the model only commands that read' {
        $result = & $script 'emulate:call Get_BusyProcess {"By":"Processor","Top":1} emulate:call Remove_Item {"LiteralPath":["/"]} emulate:call Get_ChildItem {"Path":["/"]}' -Emulator -WarningAction SilentlyContinue
        $result.Looked | Should -Contain "Get-BusyProcess -By 'Processor' -Top 1"
        $result.Answer | Should -Match 'ProcessorSec: \d'
        $result.Answer | Should -Match "The tool 'Remove_Item' doesn't exist"
        $result.Looked.Where({ $_ }).Count | Should -Be 1
    }
}
