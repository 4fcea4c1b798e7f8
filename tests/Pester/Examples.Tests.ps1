#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Search-Knowledge.ps1')
}

AfterAll {
    Restore-TestState
}

Describe 'examples/Search-Knowledge.ps1 with a store in <Form>' -ForEach @{ Form = '.arrow' }, @{ Form = '.jsonl' } {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $script:store = Join-Path $TestDrive "$([guid]::NewGuid())$Form"
        Set-Content -LiteralPath (Join-Path $folder 'logs.md') -Value 'Security logs are kept for 400 days.', '', 'They are read every Monday.'
        Set-Content -LiteralPath (Join-Path $folder 'backup.md') -Value 'A backup is kept at another site for 35 days.'
        $null = New-Item -ItemType Directory -Path (Join-Path $folder 'office')
        Set-Content -LiteralPath (Join-Path $folder 'office/printer.txt') -Value 'The printer stands on floor 3.'
        Set-Content -LiteralPath (Join-Path $folder 'data.csv') -Value 'The printer of the table is not read.'

        # Returns the output of the script, and its warnings except the one about the emulator.
        function Search-Folder([string] $Question) {
            $result = & $script $Question -Path $folder -StorePath $store -Emulator -WarningAction SilentlyContinue -WarningVariable said
            $script:warnings = @($said | Where-Object { $_.Message -notlike 'The emulator answers.*' })
            $result
        }

        function Get-StoredFile {
            @(Import-CohereEmbedding -Path $store | ForEach-Object { $_.InputObject.File } | Sort-Object)
        }
    }

    It 'embeds every file once, and finds the one with the answer' {
        $first = Search-Folder 'How long are security logs kept?'
        $second = Search-Folder 'Where does the printer stand?'

        $first.Embedded | Should -Be 3
        $first.Kept | Should -Be 0
        $first.Found[0] | Should -BeLike '* logs.md#1'
        $first.Files | Should -Contain 'logs.md'
        $first.Answer | Should -BeLike '*400 days*'
        $first.Quotes[0] | Should -BeLike '*`[logs.md#1]'
        $warnings | Should -BeNullOrEmpty
        $second.Embedded | Should -Be 0
        $second.Kept | Should -Be 3
        $second.Found[0] | Should -BeLike '* office/printer.txt#1'
        $second.Answer | Should -BeLike '*floor 3*'
        Get-StoredFile | Should -Be 'backup.md', 'logs.md', 'office/printer.txt'
        (Get-CohereUsage Embed).Calls | Should -Be 1 -Because 'the question alone is embedded'
    }

    It 'embeds only changed files, and removes deleted ones' {
        $null = Search-Folder 'How long are security logs kept?'
        Set-Content -LiteralPath (Join-Path $folder 'logs.md') -Value 'Security logs are kept for 90 days.'
        Remove-Item -LiteralPath (Join-Path $folder 'backup.md')

        $result = Search-Folder 'How long are security logs kept?'
        $again = Search-Folder 'How long is a backup kept?'

        $result.Embedded | Should -Be 1
        $result.Kept | Should -Be 1
        $result.Answer | Should -BeLike '*90 days*'
        $result.Answer | Should -Not -BeLike '*400 days*'
        $again.Embedded | Should -Be 0
        $again.Found | Should -HaveCount 2
        $again.Found | Should -Not -BeLike '*backup.md*'
        Get-StoredFile | Should -Be 'logs.md', 'office/printer.txt'
    }

    It 'removes deleted files if there are no new ones' {
        $null = Search-Folder 'How long are security logs kept?'
        Remove-Item -LiteralPath (Join-Path $folder 'backup.md')

        (Search-Folder 'How long are security logs kept?').Embedded | Should -Be 0
        Get-StoredFile | Should -Be 'logs.md', 'office/printer.txt'
    }

    It 'names a refused file, answers from the others, and tries it again in the next run' {
        # The first of two parts is valid, but isn't kept either. Otherwise, the next run would skip the file.
        Set-Content -LiteralPath (Join-Path $folder 'bad.md') -Value ('The cafeteria opens at noon. ' * 51), '', 'A text that is refused: emulate:400'

        $result = Search-Folder 'How long are security logs kept?'

        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike 'bad.md: *'
        $result.Embedded | Should -Be 4
        $result.Found[0] | Should -BeLike '* logs.md#1'
        $result.Answer | Should -BeLike '*400 days*'
        Get-StoredFile | Should -Be 'backup.md', 'logs.md', 'office/printer.txt'

        Set-Content -LiteralPath (Join-Path $folder 'bad.md') -Value 'The coffee machine is on floor 1.'
        $mended = Search-Folder 'Where is the coffee machine?'

        $warnings | Should -BeNullOrEmpty
        $mended.Embedded | Should -Be 1
        $mended.Found[0] | Should -BeLike '* bad.md#1'
    }

    It 'throws if no part could be embedded, and keeps the store' {
        $null = Search-Folder 'How long are security logs kept?'
        Get-ChildItem -LiteralPath $folder -Recurse -File | Set-Content -Value 'emulate:400'

        { Search-Folder 'How long are security logs kept?' } | Should -Throw 'No text in * could be embedded.'
        Get-StoredFile | Should -HaveCount 3
    }

    It 'throws if the folder is empty' {
        Remove-Item -Path (Join-Path $folder '*') -Recurse

        { Search-Folder 'How long are security logs kept?' } | Should -Throw 'The folder * has no .md or .txt files with text.'
        $store | Should -Not -Exist
    }
}

Describe 'examples/Search-Knowledge.ps1' {
    It 'splits long files at paragraphs' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        Set-Content -LiteralPath (Join-Path $folder 'long.md') -Value (1..9 | ForEach-Object { "Rule $_ $('is a rule that is kept ' * 3)", '' })

        $result = & $script 'Which rule is kept?' -Path $folder -StorePath (Join-Path $TestDrive 'long.arrow') -PartLength 200 -Emulator -WarningAction SilentlyContinue

        $result.Embedded | Should -Be 5
        Import-CohereEmbedding -Path (Join-Path $TestDrive 'long.arrow') | ForEach-Object { $_.Text.Length | Should -BeLessOrEqual 200 }
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
