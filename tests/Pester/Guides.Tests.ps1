#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:guides = Get-Item -Path (Join-Path $RepositoryRoot 'docs/guides/*.md'), (Join-Path $RepositoryRoot 'docs/en-US/about_*.md') | ForEach-Object {
        @{ Name = $_.Name; Block = @(Get-MarkdownCode $_.FullName | Where-Object { -not $_.Skip }) }
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
}

AfterAll {
    $env:PSModulePath = $modulePath
    Restore-TestState
}

Describe 'The code of <Name>' -ForEach $guides {
    It 'runs from top to bottom' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive $Name)
        $shell = Get-ReaderShell -Folder $folder -Code ($Block.Code -join "`n")
        $null = Invoke-ReaderCode $shell 'Connect-Cohere -Emulator'

        foreach ($part in $Block.Code) {
            Invoke-ReaderCode $shell $part | Out-Null
            # Code that shows how to collect errors causes errors.
            if ($part -notmatch '-ErrorVariable') {
                Get-ReaderProblem $shell | Should -BeNullOrEmpty
            }

            $shell.Streams.Error.Clear()
        }
    }
}

Describe 'The sample session of the README' {
    BeforeAll {
        $script:shell = Get-ReaderShell -Folder $TestDrive

        # Line breaks depend on the width of the screen, and times vary.
        function Get-Shown([string] $Text) { $Text -replace '\d+\.\d s\)', '0.0 s)' -replace '\d+ ms\)', '0 ms)' -replace '\s' }
    }

    It 'matches the output of <Code>' -ForEach $screens {
        $screen = Invoke-ReaderCode $shell ". { $Code`n} 6>&1"

        Get-ReaderProblem $shell | Should -BeNullOrEmpty
        Get-Shown $screen | Should -BeExactly (Get-Shown $Shown)
    }
}
