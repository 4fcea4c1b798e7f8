#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Runbook.ps1
    $script:script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Runbook-TicketTriage.ps1')

    function Write-Ticket([string[]] $Line) {
        Set-Content -LiteralPath $tickets -Value (@('Id,Subject,Body') + $Line)
    }

    function Invoke-Triage([hashtable] $With = @{}) {
        & $script -TicketPath $tickets -OutPath $file @With
    }

    function Invoke-EndlessTriage {
        Invoke-EndlessRun { Invoke-Triage @{ TimeoutSec = 1 } } BatchId
        $file | Should -Not -Exist
    }
}

AfterAll {
    Restore-TestState
}

Describe 'examples/Runbook-TicketTriage.ps1' {
    BeforeEach {
        $script:file = Join-Path $TestDrive "$([guid]::NewGuid()).csv"
        $script:state = Join-Path $TestDrive ([guid]::NewGuid())
        $script:tickets = Join-Path $TestDrive 'tickets.csv'
        $script:three = 'T-3,VPN,The VPN drops every hour', 'T-1,Toner,"The printer is out of toner, again"', 'T-2,Locked out,My password has expired'
        Write-Ticket $three
        Use-Emulator
    }

    AfterEach {
        Disconnect-Cohere
    }

    It 'classifies and answers each ticket once, in order, and deletes its datasets at Cohere' {
        $first = Invoke-Triage
        $second = Invoke-Triage

        "$($first.Status) $($first.Drafts) $($first.Failed)" | Should -Be 'Done 3 0'
        "$($second.Status) $($second.Drafts) $($second.Failed)" | Should -Be 'NothingToDo 0 0'
        $first.BatchId | Should -Be (Get-CohereBatch).BatchId
        $rows = Import-Csv -LiteralPath $file
        $rows.Id | Should -Be 'T-3', 'T-1', 'T-2'
        $rows.Category | Should -Be 'network', 'printer', 'account'
        $rows.Confidence | ForEach-Object { $_ | Should -Match '^[01]\.\d\d$' }
        $rows.Subject | Should -Be 'VPN', 'Toner', 'Locked out'
        $rows[1].Draft | Should -BeLike '*out of toner, again*'
        $rows.Error | Should -Be '', '', ''
        Get-CallCount Classify | Should -Be 1
        Get-CohereDataset | Should -BeNullOrEmpty
    }

    It 'sends only new tickets, and keeps the existing rows' {
        $null = Invoke-Triage
        $before = Import-Csv -LiteralPath $file
        Write-Ticket 'T-4,Wi-Fi,No internet on floor 2', $three[0]

        (Invoke-Triage).Drafts | Should -Be 1

        $rows = Import-Csv -LiteralPath $file
        $rows.Id | Should -Be 'T-3', 'T-1', 'T-2', 'T-4'
        $rows[0..2].Draft | Should -Be $before.Draft
        "$file.new" | Should -Not -Exist
    }

    It 'writes the error of a failed ticket, and answers the others' {
        Write-Ticket ($three + 'T-4,No draft,emulate:error', 'T-5,No category,emulate:400', 'T-6,,')

        $result = Invoke-Triage
        $again = Invoke-Triage

        "$($result.Status) $($result.Drafts) $($result.Failed)" | Should -Be 'Done 5 3'
        $again.Status | Should -Be 'NothingToDo'
        $rows = Import-Csv -LiteralPath $file
        $rows[0..2].Error | Should -Be '', '', ''
        $rows[0..2].Category | Should -Be 'network', 'printer', 'account'
        $rows[3].Error | Should -BeLike '*generation failed*'
        $rows[3].Draft | Should -Be ''
        $rows[4].Error | Should -BeLike '*status 400*'
        $rows[4].Category | Should -Be ''
        $rows[5].Error | Should -BeLike '*contains no text*'
    }

    It 'refuses tickets without a unique id: <Id>' -ForEach @{ Id = 'T-1' }, @{ Id = '' } {
        Write-Ticket ($three + "$Id,Again,text")

        { Invoke-Triage } | Should -Throw "*('Again')*Nothing was sent."
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'accepts other categories, from a CSV file too' {
        $examples = Join-Path $TestDrive 'examples.csv'
        Set-Content -LiteralPath $examples -Value 'text,label', 'The VPN drops,urgent', 'Nobody can work,urgent', 'A password,later', 'Out of toner,later'

        $null = Invoke-Triage @{ Example = $examples }

        (Import-Csv -LiteralPath $file).Category | Should -Be 'urgent', 'later', 'later'
    }

    It 'leaves the batch to the next run if the service refuses the classification' {
        & {
            function Invoke-CohereClassification {
                [CmdletBinding()]
                param([Parameter(ValueFromPipeline)] $Ticket, $Property, $Example)
                begin { $null = $Property, $Example }
                process { Write-Error 'POST /v1/classify failed with status 503.' -ErrorId CohereShell.Unavailable -TargetObject $Ticket }
            }

            { Invoke-Triage } | Should -Throw '*status 503*'
        }
        $file | Should -Not -Exist

        (Invoke-Triage).Drafts | Should -Be 3
        Get-CallCount CreateBatch | Should -Be 1
        (Import-Csv -LiteralPath $file).Category | Should -Be 'network', 'printer', 'account'
    }

    It 'continues the batch of a run whose time was over, and then processes what is new or changed since' {
        $first = Invoke-EndlessTriage
        Write-Ticket ($three[0, 1] + 'T-2,Locked out,The account is locked now', 'T-4,Wi-Fi,No internet on floor 2')
        Use-Emulator

        $second = Invoke-Triage

        "$($second.Status) $($second.Drafts) $($second.Failed)" | Should -Be 'Done 4 0'
        (Import-Csv -LiteralPath $file).Id | Should -Be 'T-3', 'T-1', 'T-2', 'T-4'
        (Import-Csv -LiteralPath $file)[2].Draft | Should -BeLike '*locked now*' -Because 'the draft of the first batch answers an older text'
        (Get-CohereBatch $first.BatchId).RecordCount | Should -Be 3
        (Get-CohereBatch $second.BatchId).RecordCount | Should -Be 2
        Get-CallCount CreateDataset | Should -Be 1
        Get-CohereDataset | Should -BeNullOrEmpty
    }

    It 'continues a batch by its id, but not the batch of another result' {
        $first = Invoke-EndlessTriage
        { & $script -TicketPath $tickets -OutPath "$file.2.csv" -Name other -BatchId $first.BatchId } | Should -Throw "*doesn't belong to*"
        { Invoke-Triage @{ BatchId = 'nope' } } | Should -Throw '*nope*'
        Use-Emulator

        $second = Invoke-Triage @{ BatchId = $first.BatchId }

        "$($second.Status) $($second.Drafts) $($second.BatchId)" | Should -Be "Done 3 $($first.BatchId)"
        @(Get-CohereBatch) | Should -HaveCount 1
        Get-CallCount CreateDataset | Should -Be 0
    }

    It 'starts the batch of uploaded tickets that was not started' {
        & {
            # A function takes precedence over a cmdlet. It ends the script between the upload and the start.
            Set-Item function:Start-CohereBatch {
                param($Model, $Name, $IdProperty, $Property, $Prompt)
                $body = @{ messages = @(@{ role = 'user'; content = 'q' }) }
                $null = $input | ForEach-Object { [pscustomobject] @{ custom_id = $_.$IdProperty; body = $body } } | New-CohereDataset -Name $Name -Type batch-chat-v2-input
                throw "$Model wasn't started with $Property and $Prompt"
            }

            { Invoke-Triage } | Should -Throw '*wasn''t started*'
        }

        Use-Emulator

        (Invoke-Triage).Drafts | Should -Be 3
        Get-CallCount CreateDataset | Should -Be 0
        Get-CohereDataset | Should -BeNullOrEmpty
    }

    It 'continues where a run ended <When>' -ForEach @(
        @{ When = 'after the start'; Command = 'Start-CohereBatch'; Reaches = $true }
        @{ When = 'before the result was there'; Command = 'Receive-CohereBatch'; Reaches = $false }
        @{ When = 'before the file'; Command = 'Export-Csv'; Reaches = $false }
        @{ When = 'in the midst of the file'; Command = 'Export-Csv'; Reaches = $true }
        @{ When = 'before it cleared up'; Command = 'Remove-CohereDataset'; Reaches = $false }
    ) {
        # A function takes precedence over a cmdlet. It ends the script where the process could be killed.
        & {
            $cmdlet = Get-Command $Command -CommandType Cmdlet
            Set-Item "function:$Command" {
                if ($Reaches) {
                    $null = $input | & $cmdlet @args
                }

                throw 'stopped'
            }
            { Invoke-Triage } | Should -Throw 'stopped'
        }

        (Invoke-Triage).Status | Should -Be 'Done'

        (Import-Csv -LiteralPath $file).Error | Should -Be '', '', ''
        Get-CallCount CreateBatch | Should -Be 1
        Get-CallCount CreateDataset | Should -Be 1
        Get-CohereDataset | Should -BeNullOrEmpty
        (Invoke-Triage).Status | Should -Be 'NothingToDo'
    }

    It 'continues after its process was killed' {
        Disconnect-Cohere
        $emulator = Start-CohereEmulator -StatePath $state -JobDurationMs 600000
        $env:CO_API_URL = $emulator.BaseUri
        $env:CO_API_KEY = $emulator.ApiKey
        try {
            $emulator | Connect-Cohere
            $start = Get-PowerShellStartInfo '-NonInteractive', '-File', $script, '-TicketPath', $tickets, '-OutPath', $file
            $start.RedirectStandardOutput = $true
            $child = [System.Diagnostics.Process]::Start($start)
            Wait-Condition { Get-CohereBatch } -TimeoutSec 60
            $child.Kill()
            $child.WaitForExit()
            Stop-CohereEmulator -Confirm:$false
            Start-CohereEmulator -StatePath $state -JobDurationMs 0 | Connect-Cohere

            (Invoke-Triage).Drafts | Should -Be 3

            Get-CallCount CreateDataset | Should -Be 0
            @(Get-CohereBatch) | Should -HaveCount 1
        }
        finally {
            Remove-Item Env:CO_API_URL, Env:CO_API_KEY
            Stop-CohereEmulator -Confirm:$false
        }
    }

    It 'ends with an error if the batch failed, and starts again' {
        { Invoke-Triage @{ Name = 'emulate:fail' } } | Should -Throw '*failed*the next run starts again.'
        $file | Should -Not -Exist
        Get-CohereDataset | Should -BeNullOrEmpty

        (Invoke-Triage).Drafts | Should -Be 3
    }

    It 'uses the emulator only with -Emulator and for a separate file' {
        Disconnect-Cohere
        { Invoke-Triage } | Should -Throw 'There is no API key.*'

        Connect-Cohere -Emulator -StatePath "$file.emulator" -JobDurationMs 600000
        Wait-Condition { ($script:running = Invoke-Triage @{ TimeoutSec = 1 }).BatchId } -TimeoutSec 60
        Disconnect-Cohere
        # Another process continues in the emulator, without a state folder, as in Azure Automation.
        $out = [System.IO.Path]::Combine($RepositoryRoot, 'out')
        Invoke-InOtherProcess "`$env:PSModulePath = '$out'; (& ([scriptblock]::Create((Get-Content -Raw '$script'))) -TicketPath '$tickets' -OutPath '$file' -Emulator).BatchId" | Should -Contain $running.BatchId

        Import-Csv -LiteralPath $file | Should -HaveCount 3
        { Invoke-Triage } | Should -Throw '*was made with -Emulator.*'
        (Invoke-Triage @{ Emulator = $true; WarningAction = 'SilentlyContinue' }).Status | Should -Be 'NothingToDo'
        Get-CohereSession | Should -BeNullOrEmpty -Because 'the next script would ask the emulator by accident'
    }

    It 'uses the key of Azure Automation' {
        function Get-AutomationVariable([string] $Name) { "the key $Name" }
        function Connect-Cohere($ApiKey) { throw $ApiKey }

        { Invoke-Triage } | Should -Throw 'the key CohereApiKey'
    }

    It 'writes numbers in the same format in every culture, and runs with the sample tickets' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $script:tickets = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'tickets.csv')
            (Invoke-Triage).Drafts | Should -Be 4
            (Import-Csv -LiteralPath $file).Confidence | ForEach-Object { $_ | Should -Match '^[01]\.\d\d$' }
        }
        finally {
            [cultureinfo]::CurrentCulture = $culture
        }
    }
}
