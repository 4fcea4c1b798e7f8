#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:topics = Get-Item -Path (Join-Path $RepositoryRoot 'docs/en-US/about_*.md') | ForEach-Object {
        @{ Name = $_.Name; Block = @(Get-MarkdownCode $_.FullName | Where-Object { -not $_.Skip }) }
    }

    # The index has no code.
    $script:guides = Get-Item -Path (Join-Path $RepositoryRoot 'docs/guides/*.md') | Where-Object Name -NE 'README.md' | ForEach-Object {
        @{ Name = $_.Name; Path = $_.FullName; Block = @(Get-MarkdownCode $_.FullName | Where-Object { -not $_.Skip }) }
    }

    # The code after each prompt, and the output that is shown for it.
    $script:screens = foreach ($match in [regex]::Matches((Get-Content -LiteralPath (Join-Path $RepositoryRoot 'README.md') -Raw), '(?m)^PS> (?<code>.+(\r?\n>> .+)*)\r?\n(?<shown>[^`]*?)(?=^PS> |^```)')) {
        @{ Code = $match.Groups['code'].Value -replace '(?m)^>> ' -replace '\r'; Shown = $match.Groups['shown'].Value }
    }

    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    # The module is found like an installed one.
    $script:modulePath = $env:PSModulePath
    $env:PSModulePath = [System.IO.Path]::Combine($RepositoryRoot, 'out') + [System.IO.Path]::PathSeparator + $modulePath

    # A session as a reader starts it: nothing is imported, connected or set. Only the folder is chosen.
    function Get-NewSession([string] $Folder) {
        $shell = [powershell]::Create()
        $shell.Runspace = [runspacefactory]::CreateRunspace([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
        $shell.Runspace.Open()
        $OtherShells.Add($shell)
        $null = $shell.AddCommand('Set-Location').AddParameter('LiteralPath', $Folder).Invoke()
        $shell
    }

    # Lines are broken where they end on the screen, and times differ.
    function Get-Shown([string] $Text) { $Text -replace '\d+\.\d s\)', '0.0 s)' -replace '\d+ ms\)', '0 ms)' -replace '\s' }

    # The ids of errors that the sources have, without "CohereShell.".
    function Get-KnownErrorId {
        $source = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'src/CohereShell/Errors/ErrorRecords.cs') -Raw
        [regex]::Matches($source, '(?:nameof\((?:ErrorReason\.)?(\w+)\)(?: : "(\w+)")?),\s*(?:ErrorCategory|category|exception is)').ForEach({ $_.Groups[1].Value; $_.Groups[2].Value })
        Get-ErrorTableId
        $problems = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'src/CohereShell.Client/Embeddings/EmbeddingException.cs') -Raw
        [regex]::Matches($problems.Substring($problems.IndexOf('enum EmbeddingProblem')).Split('}')[0], '(?m)^    (\w+),').ForEach({ $_.Groups[1].Value })
    }

    function Get-ErrorTableId {
        $source = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'src/CohereShell.Client/Errors/ErrorTable.cs') -Raw
        [regex]::Matches($source, 'new\(ErrorReason\.(\w+),').ForEach({ $_.Groups[1].Value }) | Sort-Object -Unique
    }

    # The place in a page that a heading has, as GitHub makes it.
    function Get-Anchor([string] $Path) {
        Get-Content -LiteralPath $Path -Encoding utf8 | Where-Object { $_ -match '^#{1,6} (.+)' } | ForEach-Object {
            ($Matches[1].ToLowerInvariant() -replace '[^\w\- ]' -replace ' ', '-')
        }
    }
}

AfterAll {
    $env:PSModulePath = $modulePath
    Restore-TestState
}

Describe 'The code of <Name>' -ForEach $topics {
    It 'runs from top to bottom' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive $Name)
        $shell = Get-ReaderShell -Folder $folder -Code ($Block.Code -join "`n")
        $null = Invoke-ReaderCode $shell 'Connect-Cohere -Emulator'

        foreach ($part in $Block.Code) {
            Invoke-ReaderCode $shell $part | Out-Null
            # What shows how to collect errors has some.
            if ($part -notmatch '-ErrorVariable') {
                Get-ReaderProblem $shell | Should -BeNullOrEmpty
            }

            $shell.Streams.Error.Clear()
        }
    }
}

Describe 'The guide <Name>' -ForEach $guides {
    It 'runs from top to bottom in a new session and an empty folder, and prints what it shows' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive $Name)
        $shell = Get-NewSession $folder

        $Block.Count | Should -BeGreaterThan 0
        foreach ($part in $Block) {
            $screen = Invoke-ReaderCode $shell $part.Code
            # What shows how to collect errors has some.
            if ($part.Code -notmatch '-ErrorVariable') {
                Get-ReaderProblem $shell | Should -BeNullOrEmpty
            }

            $shell.Streams.Error.Clear()
            if ($part.Output) {
                Get-Shown $screen | Should -BeExactly (Get-Shown $part.Output) -Because "the page shows this for: $($part.Code)"
            }
        }
    }

    It 'says once that the output is the emulator''s, if it shows any' {
        $label = '(?i)the\s+emulator''s|comes\s+from\s+the\s+emulator'
        $found = [regex]::Matches((Get-Content -LiteralPath $Path -Raw), $label).Count

        if ($Block.Output -match '\S') {
            $found | Should -Be 1
        }
    }

    It 'names only errors that there are' {
        $known = @(Get-KnownErrorId) + 'ChatConversation', 'CohereException', 'X'

        [regex]::Matches((Get-Content -LiteralPath $Path -Raw), '(?<![\w/])CohereShell\.(?!dll|psd1)(\w+)').ForEach({ $_.Groups[1].Value }) |
            Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }
}

Describe 'The guide to errors' {
    It 'has every error that the client describes' {
        $guide = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'docs/guides/troubleshooting.md')
        $rows = $guide | Where-Object { $_ -match '^\| CohereShell\.' } | ForEach-Object { [regex]::Matches($_.Split('|')[1], 'CohereShell\.(\w+)').ForEach({ $_.Groups[1].Value }) }

        $rows.Count | Should -BeGreaterThan 60
        Get-ErrorTableId | Where-Object { $_ -notin $rows } | Should -BeNullOrEmpty
        $rows | Where-Object { $_ -notin @(Get-KnownErrorId) } | Should -BeNullOrEmpty
        $rows | Group-Object | Where-Object Count -GT 1 | Should -BeNullOrEmpty
    }
}

Describe 'The index of the guides' {
    It 'lists every guide' {
        $index = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'docs/guides/README.md') -Raw

        Get-ChildItem -Path (Join-Path $RepositoryRoot 'docs/guides') -Filter *.md | Where-Object Name -NE 'README.md' |
            Where-Object { -not $index.Contains("]($($_.Name))") } | Should -BeNullOrEmpty
    }

    It 'names only cmdlets that there are' {
        $index = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'docs/guides/README.md') -Raw

        [regex]::Matches($index, '\b[A-Z][a-z]+-Cohere\w*').Value | Where-Object { -not (Get-Command $_ -Module CohereShell -ErrorAction Ignore) } | Should -BeNullOrEmpty
    }
}

Describe 'The links between the guides' {
    It 'lead to files and headings that exist' {
        $broken = foreach ($page in Get-ChildItem -Path (Join-Path $RepositoryRoot 'docs/guides') -Filter *.md) {
            $text = (Get-Content -LiteralPath $page.FullName -Raw) -replace '(?ms)^```.*?^```'
            foreach ($link in [regex]::Matches($text, '\]\((?!https?:)(?<file>[^)#\s]*)(?:#(?<anchor>[^)\s]+))?\)')) {
                $target = if ($link.Groups['file'].Value) { [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($page.DirectoryName, $link.Groups['file'].Value)) } else { $page.FullName }
                $anchor = $link.Groups['anchor'].Value
                if (-not (Test-Path -LiteralPath $target) -or ($anchor -and $anchor -notin @(Get-Anchor $target))) {
                    "$($page.Name): $($link.Value)"
                }
            }
        }

        $broken | Should -BeNullOrEmpty
    }
}

Describe 'The examples of the README' {
    It 'run from top to bottom' {
        $folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'readme')).FullName
        Set-Content -LiteralPath (Join-Path $folder 'policy.txt'), (Join-Path $folder 'policy.md'), (Join-Path $folder 'kb.txt') -Value 'Logs are kept for 90 days.', 'Backups run every night.'
        Set-Content -LiteralPath (Join-Path $folder 'rows.jsonl') -Value '{"custom_id": "1", "body": {"messages": [{"role": "user", "content": "What is AD?"}]}}'
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'talk.wav'), [byte[]](1..100))
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'invoice.png'), (Get-TestPng))
        $blocks = @(Get-MarkdownCode (Join-Path $RepositoryRoot 'README.md') | Where-Object { -not $_.Skip -and $_.Code -notmatch '(?m)^PS> ' })
        $shell = Get-ReaderShell -Folder $folder
        $null = Invoke-ReaderCode $shell '$mail = "Berlin: the VPN is down!"; $schema = @{ type = "object"; properties = @{ city = @{ enum = "Paris", "Berlin" } } }'

        foreach ($block in $blocks) {
            $screen = Invoke-ReaderCode $shell $block.Code
            Get-ReaderProblem $shell | Should -BeNullOrEmpty
            $screen | Should -Not -BeNullOrEmpty
        }

        $blocks.Count | Should -BeGreaterOrEqual 2
        Join-Path $folder 'tickets.csv' | Should -FileContentMatch 'Berlin'
    }
}

Describe 'The screenful of the README' {
    BeforeAll {
        $script:shell = Get-ReaderShell -Folder $TestDrive
    }

    It 'is what is shown for <Code>' -ForEach $screens {
        $screen = Invoke-ReaderCode $shell ". { $Code`n} 6>&1"

        Get-ReaderProblem $shell | Should -BeNullOrEmpty
        Get-Shown $screen | Should -BeExactly (Get-Shown $Shown)
    }
}
