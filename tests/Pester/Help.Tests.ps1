#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:pages = foreach ($name in (Get-Command -Module CohereShell).Name | Sort-Object) {
        @{ Name = $name; Page = [System.IO.Path]::Combine($RepositoryRoot, 'docs', 'en-US', "$name.md") }
    }

    # All code of "### Example …" runs in one session.
    $script:examples = foreach ($file in Get-ChildItem -Path (Join-Path $RepositoryRoot 'docs/en-US') -Filter '*-*.md' -ErrorAction Ignore | Sort-Object -Property Name) {
        foreach ($example in Get-MarkdownCode $file.FullName | Where-Object Section -EQ 'EXAMPLES' | Group-Object -Property Title) {
            @{ Cmdlet = $file.BaseName; Title = $example.Name; Code = $example.Group.Code -join "`n"; Skip = $example.Group.Skip | Where-Object { $_ } | Select-Object -First 1 }
        }
    }

    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:emulator = Start-CohereEmulator -JobDurationMs 200
    # As an installed module is found, in the runspaces of an example as well.
    $script:modulePath = $env:PSModulePath
    $env:PSModulePath = [System.IO.Path]::Combine($RepositoryRoot, 'out') + [System.IO.Path]::PathSeparator + $modulePath
    $script:shippedHelp = [System.IO.Path]::Combine((Split-Path -Parent $Manifest), 'en-US', 'CohereShell.dll-Help.xml')
}

AfterAll {
    $env:PSModulePath = $modulePath
    Restore-TestState
}

Describe 'The help of <Name>' -ForEach $pages {
    BeforeAll {
        $script:text = if (Test-Path -LiteralPath $Page) { Get-Content -LiteralPath $Page -Raw }
        $script:help = Get-Help -Name $Name -Full
        $script:own = (Get-Command -Name $Name).Parameters.Values | Where-Object {
            $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters -and $_.Name -notin [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        }
    }

    It 'has a page' {
        $Page | Should -Exist
    }

    It 'has no gaps that were left to fill in' {
        $text | Should -Not -Match '\{\{|Fill in'
    }

    It 'describes every parameter, and none that there is not, in the page' {
        $described = [regex]::Matches($text, '(?m)^### -(\w+)\s*\r?$').ForEach({ $_.Groups[1].Value }) | Where-Object { $_ -notin 'WhatIf', 'Confirm', 'ProgressAction' }

        $described | Sort-Object | Should -Be ($own.Name | Sort-Object)
        foreach ($parameter in $own) {
            $text | Should -Match "(?m)^### -$($parameter.Name)\s*\r?\n\s*\r?\n\w.{10,}" -Because $parameter.Name
        }
    }

    It 'is what Get-Help shows' {
        $shippedHelp | Should -Exist
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -BeLike "$Name*"
        ($help.Description.Text -join ' ').Length | Should -BeGreaterThan 40
        @($help.Examples.Example).Count | Should -BeGreaterOrEqual 2
        foreach ($parameter in $own) {
            $shown = $help.Parameters.Parameter | Where-Object Name -EQ $parameter.Name
            ($shown.Description.Text -join ' ').Trim().Length | Should -BeGreaterThan 10 -Because $parameter.Name
        }
    }

    It 'has examples that show the cmdlet' {
        $shown = @($help.Examples.Example | Where-Object { "$($_.Code)$($_.Remarks.Text)" -match [regex]::Escape($Name) })

        $shown.Count | Should -BeGreaterOrEqual 2
    }
}

Describe 'The example' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $env:CO_API_URL = $emulator.BaseUri
        $env:CO_API_KEY = 'a-key-for-tests'
    }
    AfterEach {
        $env:CO_API_URL = $null
        $env:CO_API_KEY = $null
    }

    It 'of <Cmdlet> runs: <Title>' -ForEach $examples {
        if ($Skip) {
            Set-ItResult -Skipped -Because $Skip
            return
        }

        $Code | Should -Not -BeNullOrEmpty
        $parsed = $problems = $null
        $null = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $parsed, [ref] $problems)
        $problems | Should -BeNullOrEmpty

        $shell = Get-ReaderShell -Folder $folder -Code $Code -ConnectTo $(if ($Code -notmatch '\bConnect-Cohere\b') { $emulator.BaseUri })
        Invoke-ReaderCode $shell $Code | Out-Null
        Get-ReaderProblem $shell | Should -BeNullOrEmpty
    }
}

Describe 'The compiled help' {
    It 'says what the pages say' {
        $check = [System.IO.Path]::Combine($RepositoryRoot, 'tools', 'Build-Help.ps1')
        if (-not (Get-Module -ListAvailable -Name Microsoft.PowerShell.PlatyPS)) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS is not installed'
            return
        }

        # In a process of its own: PlatyPS brings libraries along.
        $output = @(Invoke-InOtherProcess "& '$check' -Check *>&1; 'the end'")
        $output[-1] | Should -Be 'the end' -Because ($output -join "`n")
    }
}
