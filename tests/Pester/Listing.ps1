# What every command that gets one by its id or lists all does, as tests: dot-sourced in the Describe of each, which says
# with -ForEach what is different. Getter (the command), Id (its parameter), Type, Path (without the id); One: an answer with
# one, Page: a page of a list; in both {0} stands for the id and {1} for the status; Done: a value for the status, and
# Status what -Status calls it.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

    function Get-Answer([string] $Format, [string] $ItemId, [string] $ItemStatus) { [CohereShellTests.Answer] @{ Body = ($Format -f $ItemId, $ItemStatus) } }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

BeforeEach { $server.Reset() }

It 'gets one by its id, from the pipeline and by property name' {
    $server.Default = Get-Answer $One a $Done

    $found = & $Getter a

    $found | Should -BeOfType $Type
    $found.$Id | Should -Be 'a'
    @('a', 'b' | & $Getter) | Should -HaveCount 2
    @([pscustomobject] @{ $Id = 'c' } | & $Getter) | Should -HaveCount 1
    $server.Requests.Target | Should -Be "$Path/a", "$Path/a", "$Path/b", "$Path/c"
}

It 'lists those of a status' {
    $server.Default = Get-Answer $Page a $Done

    @(& $Getter -Status $Status) | Should -HaveCount 1
    & $Getter -Status Failed | Should -BeNullOrEmpty
}

It 'writes an error for an id that doesn''t exist, and continues' {
    $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such thing"}' })
    $server.Default = Get-Answer $One a $Done

    $found = 'x', 'a' | & $Getter -ErrorVariable problems -ErrorAction SilentlyContinue

    $found | Should -HaveCount 1
    $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
    $problems[0].TargetObject | Should -Be 'x'
}

It 'completes ids, with names as tool tips' {
    $server.Default = Get-Answer $Page a $Done

    $match = Get-TabCompletion "$Getter -$Id "

    $match.CompletionText | Should -Contain 'a'
    $match.ToolTip | Should -BeLike 'nightly;*'
}

It 'ends with Ctrl+C' {
    Assert-EndedByCtrlC $server $Getter
}
