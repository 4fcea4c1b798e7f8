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

Describe 'Get-CohereDatasetUsage' {
    BeforeEach { $server.Reset() }

    It 'tells how much the organization uses' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"organization_usage":2500000000}' })

        $usage = Get-CohereDatasetUsage

        $usage | Should -BeOfType CohereShell.DatasetUsage
        $usage.OrganizationBytes | Should -Be 2500000000
        $usage | Out-String | Should -Match '2[,.\s]500[,.\s]000[,.\s]000\s+25'
        $server.LastRequest.Target | Should -Be '/v1/datasets/usage'
    }

    It 'writes an error for an answer without a number' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{}' })

        (Get-ErrorOf { Get-CohereDatasetUsage }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidAnswer,*'
    }
}
