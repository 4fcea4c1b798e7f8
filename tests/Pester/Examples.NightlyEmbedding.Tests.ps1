#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# What the cmdlet does is tested in Update-CohereIndex.Tests.ps1.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Runbook.ps1
    $script:script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Runbook-NightlyEmbedding.ps1')

    function Write-Text([string] $File, [string] $Text) {
        Set-Content -LiteralPath (Join-Path $folder $File) -Value $Text
    }

    function Invoke-Night([hashtable] $With = @{}) {
        & $script -Path $folder -IndexPath $index @With
    }
}

AfterAll {
    Restore-TestState
}

Describe 'examples/Runbook-NightlyEmbedding.ps1' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        $script:state = Join-Path $TestDrive ([guid]::NewGuid())
        Use-Emulator
        Write-Text logs.md 'Security logs are kept for 400 days.'
        Write-Text backup.md 'A backup is kept at another site for 35 days.'
        $null = New-Item -ItemType Directory -Path (Join-Path $folder 'office')
        Write-Text office/printer.txt 'The printer stands on floor 3.'
    }

    AfterEach {
        Disconnect-Cohere
    }

    It 'embeds a folder once, and deletes its datasets at Cohere' {
        $first = Invoke-Night
        $second = Invoke-Night

        "$($first.Status) $($first.Added)" | Should -Be 'Updated 3'
        "$($second.Status) $($second.Unchanged)" | Should -Be 'Unchanged 3'
        $first.JobId | Should -Be (Get-CohereEmbedJob).JobId
        Get-IndexedText | Should -Be 'A backup is kept at another site for 35 days.', 'Security logs are kept for 400 days.', 'The printer stands on floor 3.'
        Get-CallCount CreateDataset | Should -Be 1
        Get-CohereDataset | Should -BeNullOrEmpty
    }

    It 'continues after its process was killed, with the same job' {
        Disconnect-Cohere
        $emulator = Start-CohereEmulator -StatePath $state -JobDurationMs 600000
        $env:CO_API_URL = $emulator.BaseUri
        $env:CO_API_KEY = $emulator.ApiKey
        try {
            $emulator | Connect-Cohere
            $start = Get-PowerShellStartInfo '-NonInteractive', '-File', $script, '-Path', $folder.FullName, '-IndexPath', $index
            $start.RedirectStandardOutput = $true
            $child = [System.Diagnostics.Process]::Start($start)
            Wait-Condition { Get-CohereEmbedJob } -TimeoutSec 60
            $child.Kill()
            $child.WaitForExit()
            Stop-CohereEmulator -Confirm:$false
            Start-CohereEmulator -StatePath $state -JobDurationMs 0 | Connect-Cohere

            $result = Invoke-Night

            "$($result.Status) $($result.Added)" | Should -Be 'Updated 3'
            Get-CallCount CreateDataset | Should -Be 0
            @(Get-CohereEmbedJob) | Should -HaveCount 1
        }
        finally {
            Remove-Item Env:CO_API_URL, Env:CO_API_KEY
            Stop-CohereEmulator -Confirm:$false
        }
    }

    It 'uses the emulator only with -Emulator, and never for the index of Cohere' {
        Disconnect-Cohere
        { Invoke-Night } | Should -Throw 'There is no API key.*'

        Connect-Cohere -Emulator -StatePath "$index.emulator" -JobDurationMs 600000
        Wait-Condition { ($script:running = Invoke-Night @{ JobTimeoutSec = 1 }).JobId } -TimeoutSec 60
        $running.Status | Should -Be 'Running'
        Disconnect-Cohere
        # Another process continues in the emulator, without a script file, as in Azure Automation.
        $out = [System.IO.Path]::Combine($RepositoryRoot, 'out')
        Invoke-InOtherProcess "`$env:PSModulePath = '$out'; (& ([scriptblock]::Create((Get-Content -Raw '$script'))) -Path '$folder' -IndexPath '$index' -Emulator).JobId" | Should -Contain $running.JobId

        Get-IndexedText | Should -HaveCount 3
        (Invoke-Night @{ Emulator = $true; WarningAction = 'SilentlyContinue' }).Status | Should -Be 'Unchanged'
        Get-CohereSession | Should -BeNullOrEmpty -Because 'the next script would ask the emulator by accident'
    }

    It 'uses the key of Azure Automation' {
        function Get-AutomationVariable([string] $Name) { "the key $Name" }
        function Connect-Cohere($ApiKey) { throw $ApiKey }

        { Invoke-Night } | Should -Throw 'the key CohereApiKey'
    }
}
