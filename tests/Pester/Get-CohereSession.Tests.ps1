#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
}

AfterAll {
    Restore-TestState
}

Describe 'Get-CohereSession' {
    AfterEach {
        Disconnect-Cohere
        Set-EnvironmentVariable @{ 'CO_API_KEY' = $null }
    }

    It 'gives nothing where nothing is connected, and says why with -Verbose' {
        Get-CohereSession | Should -BeNullOrEmpty

        Get-CohereSession -Verbose 4>&1 | Should -BeLike '*CO_API_KEY*'
    }

    It 'gives the connected session' {
        Connect-Cohere -ApiKey 'a-key-for-tests' -KeyType Trial -TimeoutSec 20 -MaxRetryCount 2

        $session = Get-CohereSession

        $session | Should -BeOfType CohereShell.CohereSession
        $session.BaseUri | Should -Be 'https://api.cohere.com/'
        $session.KeyType | Should -Be 'Trial'
        $session.TimeoutSec | Should -Be 20
        $session.MaxRetryCount | Should -Be 2
        $session.IsOpen | Should -BeTrue
    }

    It 'names no server for the emulator in this process, in no property' {
        $session = Connect-Cohere -Emulator -PassThru

        $session.BaseUri.Host | Should -Be 'emulator.invalid'
        $session | Select-Object -Property * | Out-String | Should -Not -Match 'localhost|127\.0\.0\.1'
    }

    It 'makes a session from the environment, and the same one each time' {
        $env:CO_API_KEY = 'key-from-the-environment'

        $first = Get-CohereSession
        $second = Get-CohereSession

        $first.ApiKeySource | Should -Be 'environment variable CO_API_KEY'
        $first.Id | Should -Be $second.Id
    }

    It 'makes a new session when the environment changes' {
        $env:CO_API_KEY = 'key-number-one'
        $null = Get-CohereSession
        $env:CO_API_KEY = 'key-number-two'

        (Get-CohereSession).ApiKeyTail | Should -Be '-two'
    }

    It 'shows where the key came from and its last four characters, and no more of it' {
        Connect-Cohere -ApiKey 'a-key-for-tests'

        $shown = Get-CohereSession | Out-String

        $shown | Should -BeLike '*…ests, from parameter*'
        $shown | Should -Not -BeLike '*a-key*'
    }

    It 'shows the key type and where it comes from' {
        Connect-Cohere -ApiKey 'a-key-for-tests'
        Get-CohereSession | Out-String | Should -BeLike '*KeyType*: Production, assumed*'

        Connect-Cohere -ApiKey 'a-key-for-tests' -KeyType Trial
        Get-CohereSession | Out-String | Should -BeLike '*KeyType*: Trial, from parameter*'
    }

    It 'shows that an answer came from a trial key, and the calls left' {
        $server = Open-TestServer
        try {
            $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[]}'; Headers = @{ 'x-trial-endpoint-call-limit' = '500'; 'x-trial-endpoint-call-remaining' = '498' } })
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            $null = Get-CohereModel

            $shown = Get-CohereSession | Out-String

            $shown | Should -BeLike '*KeyType*: Trial, from answer of the service*TrialCalls*: ListModels: 498 of 500 left at *'
        }
        finally {
            $server.Dispose()
        }
    }

    It 'shows nothing of a short key' {
        Connect-Cohere -ApiKey 'short' -BaseUri 'http://127.0.0.1:1'

        Get-CohereSession | Format-List * -Force | Out-String | Should -Not -BeLike '*hort*'
    }
}
