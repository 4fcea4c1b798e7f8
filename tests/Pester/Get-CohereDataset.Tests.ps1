#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

    function Add-DatasetAnswer {
        param([string] $Id, [string] $Status = 'validated', [hashtable] $With = @{})
        $dataset = @{ id = $Id; name = "rows of $Id"; dataset_type = 'embed-input'; validation_status = $Status; created_at = '2026-08-01T10:00:00Z'; updated_at = '2026-08-01T10:00:00Z' } + $With
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ConvertTo-Json -Depth 9 -InputObject @{ dataset = $dataset } })
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Get-CohereDataset' {
    BeforeEach { $server.Reset() }

    It 'lists the datasets, page after page' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[{"id":"a","name":"one"},{"id":"b"}]}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[{"id":"c"}]}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[]}' })

        $datasets = Get-CohereDataset

        $datasets | ForEach-Object { $_ | Should -BeOfType CohereShell.Dataset }
        $datasets.DatasetId | Should -Be 'a', 'b', 'c'
        $server.Requests[1].Target | Should -BeLike '*offset=2*'
    }

    It 'does not ask for the next page when Select-Object -First has enough' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[{"id":"a"}]}' })

        (Get-CohereDataset | Select-Object -First 1).DatasetId | Should -Be 'a'

        $server.Requests | Should -HaveCount 1
    }

    It 'asks the server to filter, in its time' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"datasets":[]}' }

        Get-CohereDataset -Type embed-input -ValidationStatus Failed -After ([datetime]::new(2026, 8, 1, 0, 0, 0, [System.DateTimeKind]::Utc)) -Before ([datetime]::new(2026, 8, 2, 0, 0, 0, [System.DateTimeKind]::Utc))

        $server.LastRequest.Target | Should -BeLike '*datasetType=embed-input*'
        $server.LastRequest.Target | Should -BeLike '*validationStatus=failed*'
        $server.LastRequest.Target | Should -BeLike '*after=2026-08-01T00%3A00%3A00*'
        $server.LastRequest.Target | Should -BeLike '*before=2026-08-02T00%3A00%3A00*'
    }

    It 'takes times as its datasets have them, and the first and the last that there are' {
        Add-DatasetAnswer a
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"datasets":[]}' }
        $dataset = Get-CohereDataset a

        Get-CohereDataset -Before $dataset.CreatedAt -After ([datetimeoffset] '2026-07-01T00:00:00+02:00')
        $server.LastRequest.Target | Should -BeLike '*before=2026-08-01T10%3A00%3A00*after=2026-06-30T22%3A00%3A00*'
        foreach ($kind in [System.DateTimeKind]::GetValues([System.DateTimeKind])) {
            $first = [datetime]::SpecifyKind([datetime]::MinValue, $kind)
            $last = [datetime]::SpecifyKind([datetime]::MaxValue, $kind)
            Get-CohereDataset -After $first -Before $last -ErrorAction Stop
        }
    }

    It 'takes times there, and leaves them as they are, east and west of Greenwich: <_>' -ForEach 'Europe/Berlin', 'America/New_York' -Skip:(-not $IsLinux) {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"datasets":[]}' }

        $said = Invoke-InOtherProcess "`$env:TZ = '$_'; Import-Module `$Manifest; Connect-Cohere -BaseUri $($server.BaseUri) -ApiKey k; Get-CohereDataset -After ([datetime]::MinValue) -Before ([datetime]::MaxValue)"

        $said | Should -BeNullOrEmpty
        $server.LastRequest.Target | Should -BeLike '*before=9999-12-31T*after=0001-01-01T*'
    }

    It 'passes over what is null in an answer' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[null,{"id":"a","dataset_parts":[null,{"id":"p"}]}]}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"datasets":[]}' }

        $datasets = Get-CohereDataset

        $datasets.DatasetId | Should -Be 'a'
        $datasets.Parts.PartId | Should -Be 'p'
        $server.LastRequest.Target | Should -BeLike '*offset=2*'
    }

    It 'gets datasets by id, from the pipeline, as strings, objects and properties' {
        foreach ($id in 'a', 'b', 'c', 'd') { Add-DatasetAnswer $id }

        $datasets = 'a', 'b' | Get-CohereDataset
        $null = [pscustomobject] @{ DatasetId = 'c' } | Get-CohereDataset
        ($datasets[0] | Get-CohereDataset).DatasetId | Should -Be 'd'

        $datasets.Name | Should -Be 'rows of a', 'rows of b'
        $server.Requests.Target | Should -Be '/v1/datasets/a', '/v1/datasets/b', '/v1/datasets/c', '/v1/datasets/a'
    }

    It 'writes an error for a dataset that doesn''t exist, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such dataset"}' })
        Add-DatasetAnswer b

        $datasets = 'a', 'b', '..' | Get-CohereDataset -ErrorVariable problems -ErrorAction SilentlyContinue

        $datasets.DatasetId | Should -Be 'b'
        $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be 'CohereShell.NotFound', 'CohereShell.InvalidValue'
        $problems[0].TargetObject | Should -Be 'a'
    }

    It 'has a view that shows no signed address and obeys no control character' {
        Add-DatasetAnswer a validated @{ validation_error = "$([char] 27)[2J"; dataset_parts = @(@{ id = 'p'; name = 'part one'; url = 'https://files.example/secret'; num_rows = 1500 }) }

        $dataset = Get-CohereDataset a

        $dataset | Out-String | Should -Match '1[,.\s]500'
        $list = $dataset | Format-List | Out-String
        $list | Should -BeLike '*part one*'
        $list | Should -Not -BeLike '*secret*'
        $list | Should -Not -BeLike "*$([char] 27)[[]2J*"
        $dataset.Parts | Out-String | Should -Not -BeLike '*secret*'
    }

    It 'completes ids with their names as tool tips, asked for once' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[{"id":"old","name":"first rows","created_at":"2026-01-01T00:00:00Z"},{"id":"new","name":"last rows","created_at":"2026-02-01T00:00:00Z"}]}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[]}' })
        $session = Connect-CohereElsewhere $server.BaseUri

        $found = Get-TabCompletion 'Get-CohereDataset -Session $session -DatasetId '

        $found.CompletionText | Should -Be 'new', 'old'
        $found[0].ToolTip | Should -BeLike 'last rows*'
        (Get-TabCompletion 'Remove-CohereDataset -Session $session -DatasetId o').CompletionText | Should -Be 'old'
        $server.Requests | Should -HaveCount 2
    }

    It 'completes nothing, silently, if no server answers' {
        $session = Connect-CohereElsewhere 'http://127.0.0.1:9'

        (Get-TabCompletion 'Wait-CohereDataset -Session $session -DatasetId zz').CompletionText | Should -BeNullOrEmpty
    }

    It 'completes ids of <_> too' -ForEach 'Start-CohereEmbedJob', 'Start-CohereBatch', 'New-CohereFineTunedModel', 'Set-CohereFineTunedModel', 'Export-CohereDataset' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[{"id":"the-id","name":"rows"}]}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[]}' })
        $session = Connect-CohereElsewhere $server.BaseUri

        (Get-TabCompletion "$_ -Session `$session -DatasetId ").CompletionText | Should -Be 'the-id'
    }

    It 'shows ids as a whole, however long' {
        $long = 'a-name-of-forty-nine-characters-as-long-as-it-may-be-abc123'
        Add-DatasetAnswer $long
        Add-DatasetAnswer 'embed-job-output-vb47g5'

        $lines = Get-CohereDataset $long, other | Out-String -Width 80

        $lines | Should -BeLike '*embed-job-output-vb47g5*'
        ($lines -split '\r?\n' | ForEach-Object { ($_ -split ' ')[0] }) -join '' | Should -BeLike "*$long*"
    }

    It 'completes types' {
        (Get-TabCompletion 'Get-CohereDataset -Type embed-i').CompletionText | Should -Be 'embed-input'
    }

    It 'ends with Ctrl+C' {
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Get-CohereDataset').AddArgument($server.BaseUri).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            $shell.Stop()
            Wait-Condition { $server.LastRequest.ClosedAt }
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

Describe 'Get-CohereDataset where there are 1,000' {
    BeforeAll {
        $script:emulator = Start-CohereEmulator
        $script:session = Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests' -PassThru
        $script:made = foreach ($number in 1..1000) { "row $number" | New-CohereDataset -Name "n$number" -Type embed-input }
    }

    It 'outputs each of them once' {
        $found = Get-CohereDataset

        $found | Should -HaveCount 1000
        Compare-Object $found.DatasetId $made.DatasetId | Should -BeNullOrEmpty
    }
}
