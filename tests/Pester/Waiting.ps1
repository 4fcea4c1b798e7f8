# Shared tests of commands that wait for jobs. Dot-source it in a Describe with -ForEach data:
#   Waiter, Id             the command, and its parameter for ids
#   Type, Path             the type of the output, and the path without the id
#   Answer                 a job. {0} is the id and {1} is the status.
#   Running, Done, Failed  values for the status
#   ErrorId                the error id of a failed job
#   Plural                 the plural term for the jobs
#   Said, Percent          the progress of a running job as text and as a number, -1 if the API doesn't return it

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

    function Get-JobAnswer([string] $JobId, [string] $Status) { [CohereShellTests.Answer] @{ Body = ($Answer -f $JobId, $Status) } }

    # Returns the progress records of waiting for ids.
    function Get-WaitingProgress([string] $Jobs) { Get-Progress $server.BaseUri "$Jobs | $Waiter -PollingIntervalSec 0.1" }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

BeforeEach { $server.Reset() }

It 'outputs a job when it has ended' {
    foreach ($status in $Running, $Running, $Done) {
        $server.Enqueue((Get-JobAnswer x $status))
    }

    $job = & $Waiter x -PollingIntervalSec 0.1

    $job | Should -BeOfType $Type
    $job.$Id | Should -Be 'x'
    $server.Requests.Target | Should -Be (@("$Path/x") * 3)
    $server.Requests.Method | Should -Be (@('GET') * 3)
}

It 'waits for all jobs from the pipeline at the same time, for each once, and outputs each when it has ended' {
    $server.Enqueue((Get-JobAnswer a $Running))
    $server.Default = Get-JobAnswer a $Done

    $jobs = 'a', 'b', 'c', 'a' | & $Waiter -PollingIntervalSec 0.1

    $jobs | Should -HaveCount 3
    $server.Requests | Should -HaveCount 4
}

It 'accepts objects, and does not query those that have ended' {
    $server.Enqueue((Get-JobAnswer a $Done))
    $job = & $Waiter a
    $server.Reset()

    ($job | & $Waiter) | Should -Be $job
    $server.Requests | Should -BeNullOrEmpty
    $server.Default = Get-JobAnswer b $Done
    ([pscustomobject] @{ $Id = 'b' } | & $Waiter).$Id | Should -Be 'b'
}

It 'writes an error for a failed job, and waits for the others' {
    $server.Enqueue((Get-JobAnswer a $Failed))
    $server.Default = Get-JobAnswer b $Done

    $jobs = 'a', 'b' | & $Waiter -PollingIntervalSec 0.1 -ErrorVariable problems -ErrorAction SilentlyContinue

    $jobs | Should -HaveCount 1
    $problems | Should -HaveCount 1
    $problems[0].FullyQualifiedErrorId | Should -BeLike "$ErrorId,*"
    $problems[0].TargetObject | Should -BeOfType $Type
}

It 'counts a job that has ended while the status of another one is awaited' {
    $server.Enqueue((Get-JobAnswer a $Done))
    $server.Enqueue([CohereShellTests.Answer] @{ Hang = $true })
    $shell = Get-OtherPowerShell
    try {
        $null = $shell.AddScript("Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests; 'a', 'b' | $Waiter -PollingIntervalSec 0.1").BeginInvoke()
        Wait-Condition { $shell.Streams.Progress.StatusDescription -eq '1 of 2 ended; asking' }
        $shell.Stop()
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

It 'tolerates transient failures, and warns if they persist' {
    foreach ($status in 503, 500, 429) {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = $status; Headers = @{ 'Retry-After' = '0' }; Body = '{"message":"not now"}' })
    }

    $server.Default = Get-JobAnswer x $Done

    (& $Waiter x -PollingIntervalSec 0.1 -WarningVariable warnings -WarningAction SilentlyContinue).$Id | Should -Be 'x'

    @($warnings | Where-Object { "$_" -notlike '*retired*' }) | Should -HaveCount 1
    $server.Requests | Should -HaveCount 4
}

It 'tolerates a lost connection' {
    $server.Enqueue((Get-JobAnswer x $Running))
    $server.Enqueue([CohereShellTests.Answer] @{ Body = ($Answer -f 'x', $Running); Cut = $true })
    $server.Default = Get-JobAnswer x $Done

    (& $Waiter x -PollingIntervalSec 0.1).$Id | Should -Be 'x'

    $server.Requests | Should -HaveCount 3
}

It 'explains how to continue for each job that is not done after -TimeoutSec' {
    $server.Default = Get-JobAnswer x $Running
    $waited = [System.Diagnostics.Stopwatch]::StartNew()

    $jobs = 'a', 'b' | & $Waiter -PollingIntervalSec 0.2 -TimeoutSec 1 -ErrorVariable problems -ErrorAction SilentlyContinue

    $jobs | Should -BeNullOrEmpty
    $waited.Elapsed.TotalSeconds | Should -BeLessThan 60
    $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be (@('CohereShell.StillRunning') * 2)
    $problems[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
    $problems[0].ErrorDetails.RecommendedAction | Should -BeLike "*$Waiter -$Id a"
    "$($problems[1])" | Should -BeLike "*'b'*$Said*"
}

It 'polls a last time before -TimeoutSec ends' {
    $server.Enqueue((Get-JobAnswer x $Running))
    $server.Default = Get-JobAnswer x $Done

    (& $Waiter x -PollingIntervalSec 600 -TimeoutSec 3).$Id | Should -Be 'x'

    $server.Requests | Should -HaveCount 2
}

It 'ends with Ctrl+C between polls, and stops no job' {
    $server.Default = Get-JobAnswer x $Running
    $shell = Get-OtherPowerShell
    try {
        $null = $shell.AddScript("param(`$address) Connect-Cohere -BaseUri `$address -ApiKey a-key-for-tests; $Waiter x -PollingIntervalSec 600").AddArgument($server.BaseUri).BeginInvoke()
        Wait-Condition { $server.Requests.Count -eq 1 }
        $waited = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $waited.Elapsed.TotalSeconds | Should -BeLessThan 60
        $server.Requests.Method | Should -Be 'GET'
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

It 'writes an error for an id that doesn''t exist' {
    $server.Default = [CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such thing"}' }

    (Get-ErrorOf { & $Waiter x }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
}

It 'writes the session that it uses as a debug message' {
    $server.Default = Get-JobAnswer x $Done

    & { $DebugPreference = 'Continue'; & $Waiter x } 5>&1 | Out-String | Should -BeLike '*Session*'
}

It 'shows the progress of a job' {
    $server.Enqueue((Get-JobAnswer x $Running))
    $server.Default = Get-JobAnswer x $Done

    $progress = Get-WaitingProgress "'x'"

    $seen = @($progress | Where-Object StatusDescription -EQ $Said)
    $seen | Should -Not -BeNullOrEmpty
    $seen[0].PercentComplete | Should -Be $Percent
    $progress[-1].RecordType | Should -Be 'Completed'
}

It 'shows how many of several jobs have ended, and the progress of another' {
    foreach ($status in $Done, $Running, $Running) {
        $server.Enqueue((Get-JobAnswer x $status))
    }

    $server.Default = Get-JobAnswer x $Done

    $progress = Get-WaitingProgress "'a', 'b', 'c'"

    $seen = @($progress | Where-Object StatusDescription -EQ "1 of 3 ended; $Said")
    $seen | Should -Not -BeNullOrEmpty
    $seen[-1].Activity | Should -BeExactly "Waiting for 3 $Plural"
    $seen[-1].CurrentOperation | Should -BeIn 'a', 'b', 'c'
    $seen[-1].PercentComplete | Should -Be ([Math]::Floor((100 + (2 * [Math]::Max(0, $Percent))) / 3))
    $progress[-1].RecordType | Should -Be 'Completed'
}
