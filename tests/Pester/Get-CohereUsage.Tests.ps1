#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Get-CohereUsage' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    }

    It 'gives nothing before the first call' {
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'adds up calls and tokens by operation and model' {
        $null = 'a', 'b' | Invoke-CohereChat
        $null = Invoke-CohereChat 'c' -Model 'another' -Stream
        $null = Get-CohereModel

        $usage = Get-CohereUsage

        $usage | ForEach-Object { $_ | Should -BeOfType CohereShell.UsageRecord }
        $usage.Operation | Should -Be 'Chat', 'Chat', 'ListModels'
        $usage.Model | Should -Be 'another', 'command-a-03-2025', $null
        $usage.Calls | Should -Be 1, 2, 1
        $usage.InputTokens | Should -Be 10, 20, 0
        $usage.OutputTokens | Should -Be 5, 10, 0
        $usage.BilledInputTokens | Should -Be 3, 6, 0
    }

    It 'counts retries and calls that fail' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } })
        $null = Invoke-CohereChat 'a'
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"no"}' })
        $null = Get-ErrorOf { Invoke-CohereChat 'b' }

        $usage = Get-CohereUsage

        $usage.Calls | Should -Be 2
        $usage.FailedCalls | Should -Be 1
        $usage.Retries | Should -Be 1
    }

    It 'does not count what never left the machine' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Access Read
        $null = Get-ErrorOf { Invoke-CohereChat 'q' }

        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'filters by -Operation with wildcards' {
        $null = Invoke-CohereChat 'a'
        $null = Get-CohereModel

        (Get-CohereUsage 'list*').Operation | Should -Be 'ListModels'
        Get-CohereUsage 'Embed' | Should -BeNullOrEmpty
    }

    It 'starts at zero after -Reset, which returns the earlier counts' {
        $null = Invoke-CohereChat 'a'

        (Get-CohereUsage -Reset).Calls | Should -Be 1
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'takes the session from the pipeline' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $null = Invoke-CohereChat 'a' -Session $session

        ($session | Get-CohereUsage).Calls | Should -Be 1
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'says that no session is connected' {
        Disconnect-Cohere

        { Get-CohereUsage } | Should -Throw -ErrorId 'CohereShell.NoApiKey,*'
    }

    It 'can be summed' {
        $null = 'a', 'b' | Invoke-CohereChat

        (Get-CohereUsage | Measure-Object -Property InputTokens -Sum).Sum | Should -Be 20
    }
}
