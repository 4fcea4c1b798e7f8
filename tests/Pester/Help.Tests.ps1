#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    $script:pages = foreach ($name in (Get-Command -Module CohereShell).Name | Sort-Object) {
        @{ Name = $name; Page = [System.IO.Path]::Combine($RepositoryRoot, 'docs', 'en-US', "$name.md") }
    }

    # The examples as a reader of the pages sees them: all code of "### Example …" runs in one session.
    $script:examples = foreach ($file in Get-ChildItem -Path (Join-Path $RepositoryRoot 'docs/en-US') -Filter '*-*.md' -ErrorAction Ignore | Sort-Object -Property Name) {
        $section = $title = $code = $skip = $null
        $isCode = $false
        foreach ($line in @(Get-Content -LiteralPath $file.FullName) + '## END') {
            if (-not $isCode -and $line -match '^##\s|^###\s') {
                if ($title) {
                    @{ Cmdlet = $file.BaseName; Title = $title; Code = ($code -join "`n"); Skip = $skip }
                }

                $title = $skip = $null
                $code = @()
                if ($line -match '^##\s+(.+?)\s*$') {
                    $section = $Matches[1]
                }
                elseif ($section -eq 'EXAMPLES') {
                    $title = $line -replace '^###\s+'
                }
            }
            elseif ($title -and -not $isCode -and $line -match '^<!--\s*test:\s*skip,\s*(.+?)\s*-->') {
                $skip = $Matches[1]
            }
            elseif ($title -and -not $isCode -and $line -match '^```(powershell|ps1?)\s*$') {
                $isCode = $true
            }
            elseif ($isCode -and $line -match '^```\s*$') {
                $isCode = $false
            }
            elseif ($isCode) {
                $code += $line
            }
        }
    }

    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:emulator = Start-CohereEmulator
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
        $script:shell = Get-OtherPowerShell
        $null = $shell.AddScript('param($folder, $connect, $address)
            Set-Location -LiteralPath $folder
            function Read-Host { param($Prompt, [switch] $AsSecureString, [switch] $MaskInput) if ($AsSecureString) { [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword } else { "a-key-for-tests" } }
            function Get-Credential { [pscredential]::new("cohere", [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword) }
            function Get-AutomationConnection { @{ ApiKey = "a-key-for-tests" } }
            function Get-AutomationVariable { "a-key-for-tests" }
            function Get-AutomationPSCredential { Get-Credential }
            if ($connect) { Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests }')
    }
    AfterEach {
        $shell.Runspace.Dispose()
        $shell.Dispose()
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

        # The files that it speaks of are there.
        foreach ($name in [regex]::Matches($Code, '[\w-]+\.(png|jpe?g|webp|gif|txt|md|log|wav|mp3|flac|ogg)\b').Value | Sort-Object -Unique) {
            $path = Join-Path $folder $name
            if ($name -match '(txt|md|log)$') {
                Set-Content -LiteralPath $path -Value 'Logs are kept for 90 days.', 'Backups are kept for a year.'
            }
            else {
                [System.IO.File]::WriteAllBytes($path, (Get-TestPng))
            }
        }

        $connectsItself = $Code -match '\bConnect-Cohere\b'
        $null = $shell.AddArgument($folder.FullName).AddArgument(-not $connectsItself).AddArgument($emulator.BaseUri).Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript($Code).AddCommand('Out-String')
        $running = $shell.BeginInvoke()
        $inTime = $running.AsyncWaitHandle.WaitOne(30000)
        if (-not $inTime) {
            $shell.Stop()
        }

        $inTime | Should -BeTrue -Because 'an example ends'
        { $shell.EndInvoke($running) } | Should -Not -Throw
        $shell.Streams.Error | ForEach-Object { "$_`n$($_.InvocationInfo.PositionMessage)" } | Should -BeNullOrEmpty
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
