#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:runner = [System.IO.Path]::Combine($RepositoryRoot, 'tools', 'Invoke-PesterTest.ps1')
    $script:pester = Split-Path -Parent (Split-Path -Parent (Get-Module Pester).Path)
}

AfterAll {
    Restore-TestState
}

Describe 'A build of one target' {
    It 'stages a module that can be imported' {
        $target = if ($PSVersionTable.PSVersion.Major -lt 6) { 'net472' } else { 'net8.0' }
        $staged = Join-Path $TestDrive 'CohereShell'
        $project = [System.IO.Path]::Combine($RepositoryRoot, 'src', 'CohereShell')

        $output = dotnet build $project --configuration Release --framework $target --verbosity quiet "--property:ModuleFolder=$staged/"

        $LASTEXITCODE | Should -Be 0 -Because "$output"
        Get-ChildItem (Join-Path $staged 'bin') | ForEach-Object Name | Should -Be $target
        Invoke-InOtherProcess "Import-Module '$staged'; Connect-Cohere -Emulator; (Invoke-CohereChat 'Hello').FinishReason" | Should -Be 'Complete'
    }
}

Describe 'The script that runs the Pester tests' {
    BeforeAll {
        function Invoke-Runner([hashtable] $File, [int] $TimeoutSec = 60) {
            $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
            foreach ($name in $File.Keys) {
                Set-Content -LiteralPath (Join-Path $folder "$name.Tests.ps1") -Value $File[$name]
            }

            $script:shown = & $runner -Path (Join-Path $folder '*.Tests.ps1') -ResultPath (Join-Path $folder 'result.json') -PesterPath $pester -FileTimeoutSec $TimeoutSec 6>&1 | Out-String
            Get-Content -LiteralPath (Join-Path $folder 'result.json') -Raw | ConvertFrom-Json
        }
    }

    It 'counts what passed, failed and was skipped, and says where and why' {
        $result = Invoke-Runner @{
            a = "Describe 'a' { It 'passes' { 1 | Should -Be 1 }; It 'fails' { 1 | Should -Be 2 } }"
            b = "Describe 'b' { It 'is skipped' { Set-ItResult -Skipped -Because 'there is no moon' } }"
        }

        "$($result.Passed) $($result.Failed) $($result.Skipped)" | Should -Be '1 1 1'
        $result.SkipReasons.Reason | Should -BeLike '*there is no moon*'
        $shown | Should -Match 'a\.fails'
        $shown | Should -Match 'Expected 2, but got 1'
    }

    It 'ends a file that hangs, counts it as failed, and runs the files after it' {
        $result = Invoke-Runner -TimeoutSec 20 -File @{
            a = "Describe 'a' { It 'passes' { 1 | Should -Be 1 } }"
            b = "Describe 'b' { It 'hangs' { Start-Sleep -Seconds 3600 } }"
            c = "Describe 'c' { It 'passes' { 1 | Should -Be 1 } }"
        }

        "$($result.Passed) $($result.Failed)" | Should -Be '2 1'
        $shown | Should -Match "b\.Tests\.ps1 didn't end within 20 s"
    }

    It 'counts a file that ends the process as failed, and runs the files after it' {
        $result = Invoke-Runner @{
            a = "Describe 'a' { It 'ends the process' { [Environment]::Exit(7) } }"
            b = "Describe 'b' { It 'passes' { 1 | Should -Be 1 } }"
        }

        "$($result.Passed) $($result.Failed)" | Should -Be '1 1'
        $shown | Should -Match 'a\.Tests\.ps1 ended the process with exit code 7'
    }

    It 'counts a file that cannot be read, and one without tests, as failed' {
        $result = Invoke-Runner @{ a = "Describe 'a' {"; b = '# nothing'; c = "Describe 'c' { BeforeAll { throw 'no' }; It 'never runs' { } }" }

        "$($result.Passed) $($result.Failed)" | Should -Be '0 3'
    }
}
