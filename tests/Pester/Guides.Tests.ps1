#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:guides = Get-Item -Path (Join-Path $RepositoryRoot 'docs/guides/*.md'), (Join-Path $RepositoryRoot 'docs/en-US/about_*.md') | ForEach-Object {
        @{ Name = $_.Name; Block = @(Get-MarkdownCode $_.FullName | Where-Object { -not $_.Skip }) }
    }

    # What stands behind a prompt, and what is shown for it.
    $script:screens = foreach ($match in [regex]::Matches((Get-Content -LiteralPath (Join-Path $RepositoryRoot 'README.md') -Raw), '(?m)^PS> (?<code>.+(\r?\n>> .+)*)\r?\n(?<shown>[^`]*?)(?=^PS> |^```)')) {
        @{ Code = $match.Groups['code'].Value -replace '(?m)^>> ' -replace '\r'; Shown = $match.Groups['shown'].Value }
    }

    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    # As an installed module is found.
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
            # What shows how to collect errors has some.
            if ($part -notmatch '-ErrorVariable') {
                Get-ReaderProblem $shell | Should -BeNullOrEmpty
            }

            $shell.Streams.Error.Clear()
        }
    }
}

Describe 'The screenful of the README' {
    BeforeAll {
        $script:shell = Get-ReaderShell -Folder $TestDrive

        # Lines are broken where they end on the screen, and times differ.
        function Get-Shown([string] $Text) { $Text -replace '\d+\.\d s\)', '0.0 s)' -replace '\d+ ms\)', '0 ms)' -replace '\s' }
    }

    It 'is what is shown for <Code>' -ForEach $screens {
        $screen = Invoke-ReaderCode $shell ". { $Code`n} 6>&1"

        Get-ReaderProblem $shell | Should -BeNullOrEmpty
        Get-Shown $screen | Should -BeExactly (Get-Shown $Shown)
    }
}
