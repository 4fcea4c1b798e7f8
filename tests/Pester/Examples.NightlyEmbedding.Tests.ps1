#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Runbook.ps1
    $script:script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Runbook-NightlyEmbedding.ps1')

    function Write-Text([string] $File, [string] $Text) {
        Set-Content -LiteralPath (Join-Path $folder $File) -Value $Text
    }

    function Invoke-Night([hashtable] $With = @{}) {
        & $script -Path $folder -StorePath $store @With
    }

    function Invoke-EndlessNight {
        Invoke-EndlessRun { Invoke-Night @{ TimeoutSec = 1 } } JobId
        $store | Should -Not -Exist
    }

    function Get-StoredText {
        @(Import-CohereEmbedding -Path $store | ForEach-Object Text | Sort-Object)
    }
}

AfterAll {
    Restore-TestState
}

Describe 'examples/Runbook-NightlyEmbedding.ps1' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $script:store = Join-Path $TestDrive "$([guid]::NewGuid().ToString('N')).arrow"
        $script:state = Join-Path $TestDrive ([guid]::NewGuid())
        Use-Emulator
        Write-Text logs.md 'Security logs are kept for 400 days.'
        Write-Text backup.md 'A backup is kept at another site for 35 days.'
        $null = New-Item -ItemType Directory -Path (Join-Path $folder 'office')
        Write-Text office/printer.txt 'The printer stands on floor 3.'
        Write-Text data.csv 'Tables are not read.'
    }

    AfterEach {
        Disconnect-Cohere
    }

    It 'embeds a folder once, and deletes its datasets at Cohere' {
        $first = Invoke-Night
        $second = Invoke-Night

        "$($first.Status) $($first.Embedded) $($first.Kept)" | Should -Be 'Done 3 0'
        "$($second.Status) $($second.Embedded) $($second.Kept)" | Should -Be 'NothingToDo 0 3'
        $first.JobId | Should -Be (Get-CohereEmbedJob).JobId
        Get-StoredText | Should -Be 'A backup is kept at another site for 35 days.', 'Security logs are kept for 400 days.', 'The printer stands on floor 3.'
        Get-CallCount CreateDataset | Should -Be 1
        Get-CohereDataset | Should -BeNullOrEmpty
    }

    It 'embeds only changed files, and removes deleted ones' {
        $null = Invoke-Night
        Write-Text logs.md 'Security logs are kept for 90 days.'
        Remove-Item -LiteralPath (Join-Path $folder 'backup.md')
        $second = Invoke-Night
        Remove-Item -LiteralPath (Join-Path $folder 'office') -Recurse
        $third = Invoke-Night

        "$($second.Status) $($second.Embedded) $($second.Kept)" | Should -Be 'Done 1 1'
        "$($third.Status) $($third.Kept)" | Should -Be 'NothingToDo 1'
        Get-StoredText | Should -Be 'Security logs are kept for 90 days.'
    }

    It 'creates a store that Search-Knowledge.ps1 uses without embedding the files again' {
        $null = Invoke-Night

        $search = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Search-Knowledge.ps1')
        $answer = & $search 'How long are security logs kept?' -Path $folder -StorePath $store -Model embed-multilingual-v3.0

        $answer.Embedded | Should -Be 0
        $answer.Kept | Should -Be 3
        $answer.Answer | Should -BeLike '*400 days*'
    }

    It 'splits long files at paragraphs, and embeds all files again if the length changes' {
        Write-Text logs.md ((1..9 | ForEach-Object { "Rule $_ $('is a rule that is kept ' * 3)" }) -join "`n`n")
        $null = Invoke-Night

        (Invoke-Night @{ PartLength = 200 }).Embedded | Should -Be 7
        Import-CohereEmbedding -Path $store | ForEach-Object { $_.Text.Length | Should -BeLessOrEqual 200 }
        Get-StoredText | Should -HaveCount 7
    }

    It 'does not change the store if the folder is empty' {
        $null = Invoke-Night
        Remove-Item -Path (Join-Path $folder '*') -Recurse

        { Invoke-Night } | Should -Throw 'The folder * has no .md or .txt files. *'
        Get-StoredText | Should -HaveCount 3
    }

    It 'has nothing to do for files without text' {
        Get-ChildItem -LiteralPath $folder -Recurse -File | Set-Content -Value ' '

        (Invoke-Night).Status | Should -Be 'NothingToDo'
        Get-CallCount CreateDataset | Should -Be 0
    }

    It 'continues the job of a run whose time was over, and then processes what has changed since' {
        $first = Invoke-EndlessNight
        Write-Text logs.md 'Security logs are kept for 90 days.'
        Remove-Item -LiteralPath (Join-Path $folder 'backup.md')
        Use-Emulator

        $second = Invoke-Night

        "$($second.Status) $($second.Embedded) $($second.Kept)" | Should -Be 'Done 2 1' -Because 'one is of the first job and one of the second'
        Get-StoredText | Should -Be 'Security logs are kept for 90 days.', 'The printer stands on floor 3.'
        @(Get-CohereEmbedJob) | Should -HaveCount 2
        (Get-CohereEmbedJob $first.JobId).Status | Should -Be 'Complete'
        Get-CallCount CreateDataset | Should -Be 1 -Because 'only what has changed is uploaded'
        Get-CohereDataset | Should -BeNullOrEmpty
    }

    It 'continues a job by its id, but not the job of another store' {
        $first = Invoke-EndlessNight
        $other = $store + '.other.arrow'
        { & $script -Path $folder -StorePath $other -JobId $first.JobId } | Should -Throw "*doesn't belong to*"
        { Invoke-Night @{ JobId = 'nope' } } | Should -Throw '*nope*'
        Use-Emulator

        $second = Invoke-Night @{ JobId = $first.JobId }

        "$($second.Status) $($second.Embedded) $($second.JobId)" | Should -Be "Done 3 $($first.JobId)"
        Get-CallCount CreateDataset | Should -Be 0
        @(Get-CohereEmbedJob) | Should -HaveCount 1
    }

    It 'continues where a run ended <When>' -ForEach @(
        @{ When = 'after the upload'; Command = 'New-CohereDataset'; Reaches = $true }
        @{ When = 'before the start of the job'; Command = 'Start-CohereEmbedJob'; Reaches = $false }
        @{ When = 'after the start of the job'; Command = 'Start-CohereEmbedJob'; Reaches = $true }
        @{ When = 'before the result was there'; Command = 'Receive-CohereEmbedJob'; Reaches = $false }
        @{ When = 'before the merge'; Command = 'Export-CohereEmbedding'; Reaches = $false }
        @{ When = 'after the merge'; Command = 'Export-CohereEmbedding'; Reaches = $true }
    ) {
        # A function takes precedence over a cmdlet. It ends the script where the process could be killed.
        & {
            $cmdlet = Get-Command "CohereShell\$Command" -CommandType Cmdlet
            Set-Item "function:$Command" {
                if ($Reaches) {
                    $null = $input | & $cmdlet @args
                }

                throw 'stopped'
            }
            { Invoke-Night } | Should -Throw 'stopped'
        }

        (Invoke-Night).Status | Should -Be 'Done'

        Get-StoredText | Should -HaveCount 3
        Get-CallCount CreateDataset | Should -Be 1
        @(Get-CohereEmbedJob) | Should -HaveCount 1
        Get-CohereDataset | Should -BeNullOrEmpty
        (Invoke-Night).Status | Should -Be 'NothingToDo'
    }

    It 'continues after its process was killed' {
        Disconnect-Cohere
        $emulator = Start-CohereEmulator -StatePath $state -JobDurationMs 600000
        $env:CO_API_URL = $emulator.BaseUri
        $env:CO_API_KEY = $emulator.ApiKey
        try {
            $emulator | Connect-Cohere
            $start = Get-PowerShellStartInfo '-NonInteractive', '-File', $script, '-Path', $folder.FullName, '-StorePath', $store
            $start.RedirectStandardOutput = $true
            $child = [System.Diagnostics.Process]::Start($start)
            Wait-Condition { Get-CohereEmbedJob } -TimeoutSec 60
            $child.Kill()
            $child.WaitForExit()
            Stop-CohereEmulator -Confirm:$false
            Start-CohereEmulator -StatePath $state -JobDurationMs 0 | Connect-Cohere

            $result = Invoke-Night

            "$($result.Status) $($result.Embedded)" | Should -Be 'Done 3'
            Get-CallCount CreateDataset | Should -Be 0
            @(Get-CohereEmbedJob) | Should -HaveCount 1
        }
        finally {
            Remove-Item Env:CO_API_URL, Env:CO_API_KEY
            Stop-CohereEmulator -Confirm:$false
        }
    }

    It 'ends with an error if the job failed, and starts again' {
        { Invoke-Night @{ Name = 'emulate:fail' } } | Should -Throw '*failed*the next run starts again.'
        $store | Should -Not -Exist
        Get-CohereDataset | Should -BeNullOrEmpty

        (Invoke-Night).Status | Should -Be 'Done'
    }

    It 'ends with an error if the job was canceled, and starts again with the current files' {
        $job = Invoke-EndlessNight
        Stop-CohereEmbedJob $job.JobId
        Write-Text logs.md 'Security logs are kept for 90 days.'
        Use-Emulator

        { Invoke-Night } | Should -Throw '*cancelled*the next run starts again.'
        (Invoke-Night).Embedded | Should -Be 3
        Get-StoredText | Should -Contain 'Security logs are kept for 90 days.'
    }

    It 'uses the emulator only with -Emulator and for a separate store' {
        Disconnect-Cohere
        { Invoke-Night } | Should -Throw 'There is no API key.*'

        Connect-Cohere -Emulator -StatePath "$store.emulator" -JobDurationMs 600000
        Wait-Condition { ($script:running = Invoke-Night @{ TimeoutSec = 1 }).JobId } -TimeoutSec 60
        Disconnect-Cohere
        # Another process continues in the emulator, without a state folder, as in Azure Automation.
        $out = [System.IO.Path]::Combine($RepositoryRoot, 'out')
        Invoke-InOtherProcess "`$env:PSModulePath = '$out'; (& ([scriptblock]::Create((Get-Content -Raw '$script'))) -Path '$folder' -StorePath '$store' -Emulator).JobId" | Should -Contain $running.JobId

        Get-StoredText | Should -HaveCount 3
        { Invoke-Night } | Should -Throw '*was made with -Emulator.*'
        (Invoke-Night @{ Emulator = $true; WarningAction = 'SilentlyContinue' }).Status | Should -Be 'NothingToDo'
        Get-CohereSession | Should -BeNullOrEmpty -Because 'the next script would ask the emulator by accident'
    }

    It 'uses the key of Azure Automation' {
        function Get-AutomationVariable([string] $Name) { "the key $Name" }
        function Connect-Cohere($ApiKey) { throw $ApiKey }

        { Invoke-Night } | Should -Throw 'the key CohereApiKey'
    }
}
