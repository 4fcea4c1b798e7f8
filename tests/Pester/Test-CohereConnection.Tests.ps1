#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    $script:closed = Open-TestServer
    $script:nowhere = [uri] $closed.BaseUri
    $script:authority = ([uri] $server.BaseUri).Authority
    $closed.Dispose()

    # Answers every connection with the same text, in another runspace.
    function Open-FixedServer {
        param([Parameter(Mandatory)] [string] $Answer)
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $shell = [powershell]::Create().AddScript({
                param($Listener, $Answer)
                try {
                    while ($true) {
                        $client = $Listener.AcceptTcpClient()
                        $stream = $client.GetStream()
                        $null = $stream.Read([byte[]]::new(4096), 0, 4096)
                        $bytes = [System.Text.Encoding]::ASCII.GetBytes($Answer)
                        $stream.Write($bytes, 0, $bytes.Length)
                        $client.Dispose()
                    }
                }
                catch [System.Net.Sockets.SocketException] {
                    # The listener was stopped.
                    return
                }
            }).AddArgument($listener).AddArgument($Answer)
        $null = $shell.BeginInvoke()
        @{ Port = $listener.LocalEndpoint.Port; Listener = $listener; Shell = $shell }
    }

    function Close-FixedServer {
        param([Parameter(Mandatory)] [hashtable] $Server)
        $Server.Listener.Stop()
        $Server.Shell.Dispose()
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Test-CohereConnection' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    }

    It 'tests the connection of the session, with a step for each part' {
        $test = Test-CohereConnection

        $test | Should -BeOfType CohereShell.ConnectionTest
        $test.Succeeded | Should -BeTrue
        $test.IsKeyValid | Should -BeTrue
        $test.LatencyMs | Should -BeGreaterThan 0
        $test.RecommendedAction | Should -BeNullOrEmpty
        "$($test.Steps.Name)" | Should -Be 'DNS TCP Proxy TLS HTTP Key Latency'
        "$($test.Steps.Outcome)" | Should -Be 'Skipped Passed Skipped Skipped Passed Passed Passed'
        $test.Tcp.Detail | Should -Be $authority
    }

    It 'sends the key only in the check of the key' {
        $null = Test-CohereConnection

        $keyed = @($server.Requests | Where-Object { "$($_.Headers['Authorization'])" })
        $keyed.Count | Should -Be 1
        $keyed[0].Target | Should -Be '/v1/check-api-key'
        $server.Requests.Count | Should -Be 5
    }

    It 'never sends a key to another address' {
        Disconnect-Cohere
        $env:CO_API_KEY = 'a-key-for-tests'
        try {
            $test = Test-CohereConnection $server.BaseUri
        }
        finally {
            $env:CO_API_KEY = $null
        }

        $test.Key.Outcome | Should -Be 'Skipped'
        $test.IsKeyValid | Should -BeNullOrEmpty
        $server.Requests | Where-Object { "$($_.Headers['Authorization'])" } | Should -BeNullOrEmpty
    }

    It 'fails at the key if the server refuses it' {
        $server.AcceptedKey = 'another-key'

        $test = Test-CohereConnection

        $test.Succeeded | Should -BeFalse
        $test.Http.Outcome | Should -Be 'Passed'
        $test.Key.Outcome | Should -Be 'Failed'
        $test.RecommendedAction | Should -BeLike '*https://dashboard.cohere.com/api-keys*'
        Test-CohereConnection -Quiet | Should -BeExactly $false
    }

    It 'skips the key where the access policy doesn''t allow the check' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation CheckApiKey

        $test = Test-CohereConnection

        $test.Succeeded | Should -BeTrue
        $test.Key.ToString() | Should -Be 'skipped: the operation CheckApiKey isn''t allowed in this session: -DenyOperation ''CheckApiKey'' matches it'
    }

    It 'fails at TCP where nothing listens, and skips the rest' {
        $test = Test-CohereConnection $nowhere

        $test.Tcp.Outcome | Should -Be 'Failed'
        $test.Tcp.Detail | Should -Be "$($nowhere.Authority) refused the connection"
        $test.Http.Outcome, $test.Key.Outcome, $test.Latency.Outcome | Should -Be 'Skipped', 'Skipped', 'Skipped'
        $test.RecommendedAction | Should -BeLike 'Check the host and the port*'
        $test.RecommendedAction | Should -Not -BeLike '*Test-CohereConnection*'
        Test-CohereConnection $nowhere -Quiet | Should -BeExactly $false
    }

    It 'fails at DNS for an unknown name' {
        $test = Test-CohereConnection https://no-such-host.invalid

        $test.Dns.Outcome | Should -Be 'Failed'
        $test.Dns.Detail | Should -BeLike '*no-such-host.invalid*'
    }

    It 'fails at TLS if the server answers in plain text' {
        $plain = Open-FixedServer "HTTP/1.1 400 Bad Request`r`nContent-Length: 0`r`n`r`n"
        try {
            $test = Test-CohereConnection "https://127.0.0.1:$($plain.Port)"
        }
        finally {
            Close-FixedServer $plain
        }

        $test.Tls.Outcome | Should -Be 'Failed'
        $test.Tls.Detail | Should -Be 'the server at this port doesn''t use TLS (https)'
    }

    It 'fails at the proxy that requires credentials, for <Scheme>' -ForEach @(@{ Scheme = 'http' }, @{ Scheme = 'https' }) {
        $proxy = Open-FixedServer "HTTP/1.1 407 Proxy Authentication Required`r`nProxy-Authenticate: Basic realm=""x""`r`nContent-Length: 0`r`n`r`n"
        try {
            $test = Test-CohereConnection "${Scheme}://api.test" -Proxy "http://127.0.0.1:$($proxy.Port)"

            $test.Tcp.Detail | Should -BeLike '*, the proxy'
            $test.Proxy.Outcome | Should -Be 'Failed'
            $test.Proxy.Detail | Should -BeLike '*requires a user name and a password*'
            $test.RecommendedAction | Should -BeLike '*-ProxyCredential*'
        }
        finally {
            Close-FixedServer $proxy
        }
    }

    It 'fails at TCP if the proxy isn''t there' {
        $test = Test-CohereConnection https://api.test -Proxy $nowhere

        $test.Tcp.Outcome | Should -Be 'Failed'
        $test.RecommendedAction | Should -BeLike 'Check -Proxy*'
    }

    It 'passes a redirect and shows where it leads, without control characters' {
        $login = Open-FixedServer "HTTP/1.1 302 Found`r`nLocation: https://login.test/$([char]27)[2J`r`nContent-Length: 0`r`n`r`n"
        try {
            (Test-CohereConnection "http://127.0.0.1:$($login.Port)").Http.Detail | Should -Match '^status 302, redirects to https://login\.test/[^\e]*, without the key$'
        }
        finally {
            Close-FixedServer $login
        }
    }

    It 'ends a step that takes too long' {
        $silent = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $silent.Start()
        try {
            $test = Test-CohereConnection "http://127.0.0.1:$($silent.LocalEndpoint.Port)" -TimeoutSec 1

            $test.Http.Outcome | Should -Be 'Failed'
            $test.Http.Detail | Should -BeLike '*within 1 s'
            (Test-CohereConnection "https://127.0.0.1:$($silent.LocalEndpoint.Port)" -TimeoutSec 1).Tls.Outcome | Should -Be 'Failed'
        }
        finally {
            $silent.Stop()
        }
    }

    It 'works with the emulator' {
        Connect-Cohere -Emulator

        $test = Test-CohereConnection

        $test.Succeeded | Should -BeTrue
        $test.Tcp.Outcome | Should -Be 'Skipped'
        $test.IsKeyValid | Should -BeTrue
        $test | Out-String | Should -Not -BeLike '*localhost*'
    }

    It 'works without a session and without a key' {
        Disconnect-Cohere
        $env:CO_API_URL = $server.BaseUri
        try {
            (Test-CohereConnection).Key.ToString() | Should -Be 'skipped: there isn''t one'
        }
        finally {
            $env:CO_API_URL = $null
        }
    }

    It 'refuses an address without a scheme and names the right one' {
        $problem = Get-ErrorOf { Test-CohereConnection api.cohere.com }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.Exception.Message | Should -BeLike '*https://api.cohere.com'
    }

    It 'doesn''t break words in 80 columns: <View> in culture "<Culture>"' -ForEach @(
        foreach ($culture in '', 'en-US', 'sv-SE') {
            @{ Culture = $culture; View = 'the list'; Select = { $_ } }
            @{ Culture = $culture; View = 'the steps'; Select = { $_.Steps } }
        }
    ) {
        $test = Test-CohereConnection $nowhere
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $Culture
            $shown = $test | ForEach-Object $Select | Out-String -Width 80
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }

        $details = @($test.Steps.Detail) + @(if ($View -eq 'the list') { $test.RecommendedAction })
        foreach ($word in $details -split ' ' | Where-Object { $_ -and $_.Length -lt 50 }) {
            $shown | Should -Match "(?<![^\s])$([regex]::Escape($word))(?![^\s])"
        }
    }

    It 'shows a line for each step in 80 columns' {
        $lines = (Test-CohereConnection $nowhere | Out-String -Width 80) -split '\r?\n'

        foreach ($name in 'DNS', 'TCP', 'Proxy', 'TLS', 'HTTP', 'Key', 'Latency') {
            @($lines -match "^$name +: ").Count | Should -Be 1
        }
    }
}

Describe 'An address without a scheme' {
    It 'is refused by Connect-Cohere with the whole address: <Given>' -ForEach @(
        @{ Given = 'api.cohere.com'; Right = 'https://api.cohere.com' }
        @{ Given = 'gateway.contoso.com:8443/ai'; Right = 'https://gateway.contoso.com:8443/ai' }
    ) {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $Given -ApiKey 'a-key-for-tests' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.Exception.Message | Should -BeLike "*such as $Right"
        $problem.ErrorDetails.RecommendedAction | Should -BeLike "*-BaseUri*"
    }
}

Describe 'A model that doesn''t exist' {
    BeforeAll { Connect-Cohere -Emulator }

    It 'is an error that suggests the nearest name for <Given>' -ForEach @(
        @{ Given = 'command-a-03-2052'; Right = 'command-a-03-2025' }
        @{ Given = 'command-a-plus'; Right = 'command-a-plus-05-2026' }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Model $Given }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problem.ErrorDetails.RecommendedAction | Should -Be "The model '$Given' doesn't exist in this account, or your key can't use it. Did you mean '$Right'? To list the models, run Get-CohereModel."
    }

    It 'suggests several names, the models of the account among them' {
        (Get-ErrorOf { New-CohereEmbedding 'q' -Model 'embed-english-v3' }).ErrorDetails.RecommendedAction | Should -BeLike "*Did you mean 'embed-english-v3.0'?*"
        (Get-ErrorOf { Invoke-CohereRerank 'q' -Document 'a' -Model 'rerank-v4.0' }).ErrorDetails.RecommendedAction | Should -BeLike "*Did you mean 'rerank-v4.0-pro', 'rerank-v4.0-fast' or 'rerank-v3.5'?*"
    }

    It 'suggests nothing for a name that isn''t similar to any' {
        (Get-ErrorOf { Invoke-CohereChat 'q' -Model 'gpt-4o' }).ErrorDetails.RecommendedAction | Should -Not -BeLike '*Did you mean*'
    }
}
