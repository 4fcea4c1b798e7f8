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

Describe 'Wait-CohereEmbedJob' {
    BeforeEach { $server.Reset() }

    It 'puts out a job when it has ended' {
        foreach ($status in 'processing', 'processing', 'complete') {
            $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'x', $status) })
        }

        $job = Wait-CohereEmbedJob x -PollingIntervalSec 0.1

        $job | Should -BeOfType CohereShell.EmbedJob
        $job.JobId | Should -Be 'x'
        $server.Requests.Target | Should -Be (@('/v1/embed-jobs/x') * 3)
        $server.Requests.Method | Should -Be (@('GET') * 3)
    }

    It 'waits for all of the pipeline together, each once, and puts out each when it has ended' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'a', 'processing') })
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'a', 'complete') }

        $jobs = 'a', 'b', 'c', 'a' | Wait-CohereEmbedJob -PollingIntervalSec 0.1

        $jobs | Should -HaveCount 3
        $server.Requests | Should -HaveCount 4
    }

    It 'takes objects, and does not look at those that have ended' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'a', 'complete') })
        $job = Wait-CohereEmbedJob a
        $server.Reset()

        ($job | Wait-CohereEmbedJob) | Should -Be $job
        $server.Requests | Should -BeNullOrEmpty
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'b', 'complete') }
        ([pscustomobject] @{ JobId = 'b' } | Wait-CohereEmbedJob).JobId | Should -Be 'b'
    }

    It 'makes an error of one that has failed, and waits for the others' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'a', 'failed') })
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'b', 'complete') }

        $jobs = 'a', 'b' | Wait-CohereEmbedJob -PollingIntervalSec 0.1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $jobs | Should -HaveCount 1
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.JobFailed,*'
        $problems[0].TargetObject.Status | Should -Be 'Failed'
    }

    It 'endures failures that pass, and warns when they stay' {
        foreach ($status in 503, 500, 429) {
            $server.Enqueue([CohereShellTests.Answer] @{ Status = $status; Body = '{"message":"not now"}' })
        }

        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'x', 'complete') }

        (Wait-CohereEmbedJob x -PollingIntervalSec 0.1 -WarningVariable warnings -WarningAction SilentlyContinue).JobId | Should -Be 'x'

        @($warnings | Where-Object { "$_" -notlike '*retired*' }) | Should -HaveCount 1
        $server.Requests | Should -HaveCount 4
    }

    It 'says for each that is not done after -TimeoutSec how to go on' {
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'x', 'processing') }
        $waited = [System.Diagnostics.Stopwatch]::StartNew()

        $jobs = 'a', 'b' | Wait-CohereEmbedJob -PollingIntervalSec 0.2 -TimeoutSec 1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $jobs | Should -BeNullOrEmpty
        $waited.Elapsed.TotalSeconds | Should -BeLessThan 10
        $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be (@('CohereShell.StillRunning') * 2)
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*Wait-CohereEmbedJob -JobId a'
        "$($problems[1])" | Should -BeLike "*'b'*Processing*"
    }

    It 'ends with Ctrl+C between two looks, and stops nothing' {
        $server.Default = [CohereShellTests.Answer] @{ Body = ('{{"job_id":"{0}","status":"{1}"}}' -f 'x', 'processing') }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Wait-CohereEmbedJob x -PollingIntervalSec 600').AddArgument($server.BaseUri).BeginInvoke()
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

        (Get-ErrorOf { Wait-CohereEmbedJob x }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
    }
}
