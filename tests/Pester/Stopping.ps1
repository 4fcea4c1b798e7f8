# What every command that cancels does, as tests: dot-sourced in the Describe of each, which says with -ForEach what is
# different. Stopper (the command), Id (its parameter), Path and Cancel (what stands before and behind the id); Answer: one
# that is being cancelled, with {0} for its id.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

BeforeEach {
    $server.Reset()
    $server.Default = [CohereShellTests.Answer] @{ Body = ($Answer -f 'a') }
}

It 'cancels each one in the pipeline, and returns nothing' {
    'a', 'b' | & $Stopper | Should -BeNullOrEmpty

    $server.Requests.Target | Should -Be "$Path/a$Cancel", "$Path/b$Cancel"
    $server.Requests.Method | Should -Be 'POST', 'POST'
}

It 'returns each one with its new status with -PassThru' {
    ([pscustomobject] @{ $Id = 'a' } | & $Stopper -PassThru).$Id | Should -Be 'a'

    $server.Requests.Target | Should -Be "$Path/a$Cancel", "$Path/a"
}

It 'cancels nothing with -WhatIf' {
    & $Stopper a -WhatIf

    $server.Requests | Should -BeNullOrEmpty
}

It 'writes an error for one that can''t be cancelled, and continues' {
    $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"it is done"}' })

    'a', 'b' | & $Stopper -ErrorVariable problems -ErrorAction SilentlyContinue

    $problems | Should -HaveCount 1
    $problems[0].TargetObject | Should -Be 'a'
    $server.Requests | Should -HaveCount 2
}

It 'refuses an id that leads elsewhere' {
    (Get-ErrorOf { & $Stopper '..' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
    $server.Requests | Should -BeNullOrEmpty
}

It 'ends with Ctrl+C' {
    Assert-EndedByCtrlC $server "$Stopper a"
}
