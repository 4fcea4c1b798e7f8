# Shared tests of commands that cancel jobs. Dot-source it in a Describe with -ForEach data:
#   Stopper, Id   the command, and its parameter for ids
#   Path, Cancel  the path before and after the id
#   Answer        a job that is being canceled. {0} is its id.

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

It 'cancels each job from the pipeline, and outputs nothing' {
    'a', 'b' | & $Stopper | Should -BeNullOrEmpty

    $server.Requests.Target | Should -Be "$Path/a$Cancel", "$Path/b$Cancel"
    $server.Requests.Method | Should -Be 'POST', 'POST'
}

It 'outputs the current state of each job with -PassThru' {
    ([pscustomobject] @{ $Id = 'a' } | & $Stopper -PassThru).$Id | Should -Be 'a'

    $server.Requests.Target | Should -Be "$Path/a$Cancel", "$Path/a"
}

It 'cancels nothing with -WhatIf' {
    & $Stopper a -WhatIf

    $server.Requests | Should -BeNullOrEmpty
}

It 'writes an error for a job that cannot be canceled, and continues' {
    $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"it is done"}' })

    'a', 'b' | & $Stopper -ErrorVariable problems -ErrorAction SilentlyContinue

    $problems | Should -HaveCount 1
    $problems[0].TargetObject | Should -Be 'a'
    $server.Requests | Should -HaveCount 2
}

It 'refuses an id that changes the path' {
    (Get-ErrorOf { & $Stopper '..' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
    $server.Requests | Should -BeNullOrEmpty
}

It 'ends with Ctrl+C' {
    Assert-EndedByCtrlC $server "$Stopper a"
}
