#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Wait-CohereBatch' {
    BeforeEach { $server.Reset() }

    It 'puts out a batch when it has ended' {
        foreach ($status in 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED') {
            $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'x', $status) })
        }

        $job = Wait-CohereBatch x -PollingIntervalSec 0.1

        $job | Should -BeOfType CohereShell.Batch
        $job.BatchId | Should -Be 'x'
        $server.Requests.Target | Should -Be (@('/v2/batches/x') * 3)
        $server.Requests.Method | Should -Be (@('GET') * 3)
    }

    It 'waits for all of the pipeline together, each once, and puts out each when it has ended' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'a', 'IN_PROGRESS') })
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'a', 'COMPLETED') }

        $jobs = 'a', 'b', 'c', 'a' | Wait-CohereBatch -PollingIntervalSec 0.1

        $jobs | Should -HaveCount 3
        $server.Requests | Should -HaveCount 4
    }

    It 'takes objects, and does not look at those that have ended' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'a', 'COMPLETED') })
        $job = Wait-CohereBatch a
        $server.Reset()

        ($job | Wait-CohereBatch) | Should -Be $job
        $server.Requests | Should -BeNullOrEmpty
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'b', 'COMPLETED') }
        ([pscustomobject] @{ BatchId = 'b' } | Wait-CohereBatch).BatchId | Should -Be 'b'
    }

    It 'makes an error of one that has failed, and waits for the others' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'a', 'FAILED') })
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'b', 'COMPLETED') }

        $jobs = 'a', 'b' | Wait-CohereBatch -PollingIntervalSec 0.1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $jobs | Should -HaveCount 1
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.JobFailed,*'
        $problems[0].TargetObject.Status | Should -Be 'Failed'
    }

    It 'endures failures that pass, and warns when they stay' {
        foreach ($status in 503, 500, 429) {
            $server.Enqueue([CohereShellTests.Answer] @{ Status = $status; Body = '{"message":"not now"}' })
        }

        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'x', 'COMPLETED') }

        (Wait-CohereBatch x -PollingIntervalSec 0.1 -WarningVariable warnings -WarningAction SilentlyContinue).BatchId | Should -Be 'x'

        @($warnings | Where-Object { "$_" -notlike '*retired*' }) | Should -HaveCount 1
        $server.Requests | Should -HaveCount 4
    }

    It 'says for each that is not done after -TimeoutSec how to go on' {
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'x', 'IN_PROGRESS') }
        $waited = [System.Diagnostics.Stopwatch]::StartNew()

        $jobs = 'a', 'b' | Wait-CohereBatch -PollingIntervalSec 0.2 -TimeoutSec 1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $jobs | Should -BeNullOrEmpty
        $waited.Elapsed.TotalSeconds | Should -BeLessThan 10
        $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be (@('CohereShell.StillRunning') * 2)
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*Wait-CohereBatch -BatchId a'
        "$($problems[1])" | Should -BeLike "*'b'*1 of 4*"
    }

    It 'ends with Ctrl+C between two looks, and stops nothing' {
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1}}}}' -f 'x', 'IN_PROGRESS') }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Wait-CohereBatch x -PollingIntervalSec 600').AddArgument($server.BaseUri).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            $waited = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $waited.Elapsed.TotalSeconds | Should -BeLessThan 5
            $server.Requests.Method | Should -Be 'GET'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'makes an error of an id that there is not' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such thing"}' }

        (Get-ErrorOf { Wait-CohereBatch x }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
    }
}
