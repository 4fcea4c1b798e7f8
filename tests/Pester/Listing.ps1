# Shared tests of commands that get items by id or list all items. Dot-source it in a Describe with -ForEach data:
#   Getter, Id    the command, and its parameter for ids
#   Type, Path    the type of the output, and the path without the id
#   One, Page     a response with one item, and a page of a list. {0} is the id and {1} is the status.
#   Done, Status  a value for the status, and the value of -Status for it

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

It 'gets an item by its id, from the pipeline and by property name' {
    $server.Default = Get-Answer $One a $Done

    $found = & $Getter a

    $found | Should -BeOfType $Type
    $found.$Id | Should -Be 'a'
    @('a', 'b' | & $Getter) | Should -HaveCount 2
    @([pscustomobject] @{ $Id = 'c' } | & $Getter) | Should -HaveCount 1
    $server.Requests.Target | Should -Be "$Path/a", "$Path/a", "$Path/b", "$Path/c"
}

It 'lists the items with a status' {
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

It 'completes ids, with names as tooltips' {
    $server.Default = Get-Answer $Page a $Done

    $match = Get-TabCompletion "$Getter -$Id "

    $match.CompletionText | Should -Contain 'a'
    $match.ToolTip | Should -BeLike 'nightly;*'
}

It 'ends with Ctrl+C' {
    Assert-EndedByCtrlC $server $Getter
}
