#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Connect-Cohere' {
    BeforeEach { $server.Reset() }
    AfterEach {
        Disconnect-Cohere
        foreach ($name in 'CO_API_KEY', 'COHERE_API_KEY', 'CO_API_URL') {
            Set-EnvironmentVariable @{ $name = $null }
        }
    }

    It 'makes no network call' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'returns nothing, or the session with -PassThru' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' | Should -BeNullOrEmpty

        $session = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -PassThru
        $session | Should -BeOfType CohereShell.CohereSession
        [object]::ReferenceEquals($session.PSObject.BaseObject, (Get-CohereSession).PSObject.BaseObject) | Should -BeTrue
    }

    It 'takes the key as <Form>' -ForEach @(
        @{ Form = 'a string'; Arguments = { @{ ApiKey = 'key-number-one' } }; Source = 'parameter' }
        @{ Form = 'a string with a line break behind it'; Arguments = { @{ ApiKey = "key-number-one`n" } }; Source = 'parameter' }
        @{ Form = 'a SecureString'; Arguments = { @{ ApiKey = ConvertTo-TestSecret 'key-number-one' } }; Source = 'parameter' }
        @{ Form = 'a credential'; Arguments = { @{ Credential = [pscredential]::new('cohere', (ConvertTo-TestSecret 'key-number-one')) } }; Source = 'credential' }
        @{ Form = 'a script block that gives a string'; Arguments = { @{ ApiKeyProvider = { 'key-number-one' } } }; Source = 'script block' }
        @{ Form = 'a script block that gives a SecureString'; Arguments = { @{ ApiKeyProvider = { [System.Net.NetworkCredential]::new('', 'key-number-one').SecurePassword } } }; Source = 'script block' }
        @{ Form = 'a connection'; Arguments = { @{ Connection = @{ ApiKey = 'key-number-one' } } }; Source = 'connection' }
        @{ Form = 'a connection with other letters and a SecureString'; Arguments = { @{ Connection = @{ apikey = ConvertTo-TestSecret 'key-number-one' } } }; Source = 'connection' }
    ) {
        $parameters = & $Arguments

        Connect-Cohere -BaseUri $server.BaseUri @parameters
        $null = Get-CohereModel

        $server.LastRequest.Authorization | Should -BeExactly 'Bearer key-number-one'
        (Get-CohereSession).ApiKeySource | Should -BeLike "$Source*"
        (Get-CohereSession).ApiKeyTail | Should -Be '-one'
    }

    It 'takes what Get-AutomationConnection gives' {
        Connect-Cohere -Connection @{ ApiKey = 'key-number-one'; BaseUri = "$($server.BaseUri)/prefix"; KeyType = 'trial'; ClientName = 'runbook' }
        $null = Get-CohereModel

        $server.LastRequest.Target | Should -BeLike '/prefix/v1/models*'
        $server.LastRequest.Headers['X-Client-Name'] | Should -Be 'runbook'
        (Get-CohereSession).KeyType | Should -Be 'Trial'
    }

    It 'takes the key from <Name>' -ForEach @(@{ Name = 'CO_API_KEY' }, @{ Name = 'COHERE_API_KEY' }) {
        [Environment]::SetEnvironmentVariable($Name, ' key-number-one ')

        Connect-Cohere -BaseUri $server.BaseUri
        $null = Get-CohereModel

        $server.LastRequest.Authorization | Should -BeExactly 'Bearer key-number-one'
        (Get-CohereSession).ApiKeySource | Should -Be "environment variable $Name"
    }

    It 'prefers CO_API_KEY to COHERE_API_KEY, and a key that is given to both' {
        $env:CO_API_KEY = 'key-number-one'
        $env:COHERE_API_KEY = 'key-number-two'

        Connect-Cohere -BaseUri $server.BaseUri
        (Get-CohereSession).ApiKeySource | Should -Be 'environment variable CO_API_KEY'
        (Get-CohereSession).ApiKeyTail | Should -Be '-one'

        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'key-that-is-given'
        (Get-CohereSession).ApiKeySource | Should -Be 'parameter'
    }

    It 'takes the address from CO_API_URL and keeps its path' {
        $env:CO_API_URL = "$($server.BaseUri)/gateway/cohere/"

        Connect-Cohere -ApiKey 'a-key-for-tests'
        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Target | Should -Be '/gateway/cohere/v2/chat'
    }

    It 'prefers -BaseUri to CO_API_URL' {
        $env:CO_API_URL = 'https://elsewhere.example'

        Connect-Cohere -ApiKey 'a-key-for-tests' -BaseUri $server.BaseUri

        (Get-CohereSession).BaseUri.Port | Should -Be $server.Port
    }

    It 'connects to Cohere by default' {
        Connect-Cohere -ApiKey 'a-key-for-tests'

        (Get-CohereSession).BaseUri | Should -Be 'https://api.cohere.com/'
    }

    It 'says that CO_API_URL isn''t an address' {
        $env:CO_API_URL = 'not an address'

        { Connect-Cohere -ApiKey 'a-key-for-tests' } | Should -Throw '*CO_API_URL*'
    }

    It 'says what to do without a key' {
        $problem = Get-ErrorOf { Connect-Cohere }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoApiKey,*'
        $problem.CategoryInfo.Category | Should -Be 'AuthenticationError'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*CO_API_KEY*'
    }

    It 'says that the key is missing in <Place>' -ForEach @(
        @{ Place = 'a script block'; Arguments = { @{ ApiKeyProvider = { } } } }
        @{ Place = 'a connection'; Arguments = { @{ Connection = @{ Password = 'x' } } } }
        @{ Place = 'a credential'; Arguments = { @{ Credential = [pscredential]::new('x', [securestring]::new()) } } }
    ) {
        $parameters = & $Arguments

        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri @parameters }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoApiKey,*'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'says that the script block of the key failed' {
        { Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider { throw 'The vault is closed.' } } |
            Should -Throw '*The vault is closed.*' -ErrorId 'CohereShell.Unauthorized,*'
    }

    It 'refuses a number for the KeyType of a connection' {
        { Connect-Cohere -BaseUri $server.BaseUri -Connection @{ ApiKey = 'a-key-for-tests'; KeyType = '7' } } |
            Should -Throw -ErrorId 'CohereShell.InvalidValue,*'
    }

    It 'refuses the proxy <Proxy> at once' -ForEach @(
        @{ Proxy = 'proxy.example:8080' }
        @{ Proxy = '/proxy' }
        @{ Proxy = 'ftp://proxy.example' }
        @{ Proxy = 'http://somebody:a-password@proxy.example' }
    ) {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Proxy $Proxy }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        "$problem $($problem.TargetObject)" | Should -Not -BeLike '*a-password*'
    }

    It 'sends no Authorization header to a private address that needs no key' {
        Connect-Cohere -BaseUri $server.BaseUri
        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Headers.ContainsKey('Authorization') | Should -BeFalse
        (Get-CohereSession).ApiKeySource | Should -Be 'none'
    }

    It 'takes an empty -ApiKey for no key, and not the one of the environment: <Why>' -ForEach @(
        @{ Why = 'an empty string'; Value = { '' } }
        @{ Why = 'an empty SecureString'; Value = { [securestring]::new() } }
        @{ Why = 'a variable that is not set'; Value = { } }
    ) {
        $env:CO_API_KEY = 'key-of-the-environment'
        $nothing = & $Value

        Connect-Cohere -BaseUri $server.BaseUri -ApiKey $nothing
        $null = Invoke-CohereChat 'q'
        $server.LastRequest.Headers.ContainsKey('Authorization') | Should -BeFalse
        (Get-ErrorOf { Connect-Cohere -ApiKey $nothing }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoApiKey,*'
    }

    It 'refuses plain http to other machines, but for -AllowInsecure' {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri 'http://cohere.example' -ApiKey 'a-key-for-tests' }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InsecureAddress,*'
        $problem.CategoryInfo.Category | Should -Be 'SecurityError'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-AllowInsecure*'

        Connect-Cohere -BaseUri 'http://cohere.example' -ApiKey 'a-key-for-tests' -AllowInsecure
        (Get-CohereSession).BaseUri.Host | Should -Be 'cohere.example'
    }

    It 'refuses the address <Address>' -ForEach @(
        @{ Address = 'ftp://cohere.example' }, @{ Address = 'https://user:pass@cohere.example' }, @{ Address = 'https://cohere.example/?key=1' }, @{ Address = 'cohere.example' }
    ) {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $Address -ApiKey 'a-key-for-tests' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.ToString() | Should -Not -BeLike '*pass@*'
    }

    It 'leaves the session as it was when connecting fails' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'key-number-one'

        $null = Get-ErrorOf { Connect-Cohere -BaseUri 'http://cohere.example' -ApiKey 'key-number-two' }

        (Get-CohereSession).ApiKeyTail | Should -Be '-one'
    }

    It 'connects with -Verify where the server takes the key' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Verify

        $server.LastRequest.Target | Should -Be '/v1/check-api-key'
        Get-CohereSession | Should -Not -BeNullOrEmpty
    }

    It 'does not connect with -Verify where the server refuses the key' {
        $server.AcceptedKey = 'another-key'

        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Verify }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.Unauthorized,*'
        Get-CohereSession | Should -BeNullOrEmpty
    }

    It 'says that the server refuses <Place>' -ForEach @(
        @{ Place = 'the key from -ApiKey'; Arguments = { @{ ApiKey = 'a-key-for-tests' } } }
        @{ Place = 'the key from -Credential'; Arguments = { @{ Credential = [pscredential]::new('cohere', (ConvertTo-TestSecret 'a-key-for-tests')) } } }
        @{ Place = 'the key from -ApiKeyProvider'; Arguments = { @{ ApiKeyProvider = { 'a-key-for-tests' } } } }
        @{ Place = 'the key from -Connection'; Arguments = { @{ Connection = @{ ApiKey = 'a-key-for-tests' } } } }
        @{ Place = 'the key from the environment variable CO_API_KEY'; Arguments = { $env:CO_API_KEY = 'a-key-for-tests'; @{} } }
        @{ Place = 'the key from the environment variable COHERE_API_KEY'; Arguments = { $env:COHERE_API_KEY = 'a-key-for-tests'; @{} } }
    ) {
        $server.AcceptedKey = 'another-key'
        $parameters = & $Arguments

        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -Verify @parameters }

        $problem.ToString() | Should -Be "$($server.BaseUri)/ refuses $Place. The session wasn't connected."
    }

    It 'says that the server requires a key when none was specified' {
        $server.AcceptedKey = 'another-key'

        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -Verify }

        $problem.ToString() | Should -BeLike "*requires a key, and none was specified. The session wasn't connected."
    }

    It 'sends -Header and -ClientName with every request' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Header @{ 'X-Team' = 'ops' } -ClientName 'nightly'
        $null = Get-CohereModel

        $server.LastRequest.Headers['X-Team'] | Should -Be 'ops'
        $server.LastRequest.Headers['X-Client-Name'] | Should -Be 'nightly'
        $server.LastRequest.Headers['User-Agent'] | Should -BeLike 'CohereShell/*'
        (Get-CohereSession).HeaderNames | Should -Be 'X-Team'
    }

    It 'sets the default models' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -ChatModel 'my-chat' -EmbedModel 'my-embed' -RerankModel 'my-rerank'
        $null = Invoke-CohereChat 'q'

        (Get-SentBody $server).model | Should -Be 'my-chat'
        (Get-CohereSession).EmbedModel | Should -Be 'my-embed'
        (Get-CohereSession).RerankModel | Should -Be 'my-rerank'
    }

    It 'sets the timeout and the number of retries' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -TimeoutSec 2 -MaxRetryCount 0
        $server.Enqueue([CohereShellTests.Answer] @{ Hang = $true })
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } })

        (Get-ErrorOf { Invoke-CohereChat 'q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.TimedOut,*'
        (Get-ErrorOf { Invoke-CohereChat 'q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.Unavailable,*'
        $server.Requests | Should -HaveCount 2
    }

    It 'goes through -Proxy' {
        Connect-Cohere -BaseUri 'http://cohere.example' -AllowInsecure -ApiKey 'a-key-for-tests' -Proxy $server.BaseUri
        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Target | Should -Be 'http://cohere.example/v2/chat'
    }

    It 'refuses -ProxyCredential without -Proxy' {
        $credential = [pscredential]::new('me', (ConvertTo-TestSecret 'a-password'))
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -ProxyCredential $credential }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Proxy*'
    }

    It 'takes -ApiKey and -BaseUri from the object of an emulator on the pipeline' {
        $emulator = Start-CohereEmulator
        $emulator | Connect-Cohere

        (Invoke-CohereChat 'hello').Text | Should -BeLike '*hello*'
        $emulator.RequestCount | Should -Be 1
        Stop-CohereEmulator $emulator
    }

    It 'keeps what the emulator has in -StatePath, for one session at a time' {
        Push-Location $TestDrive
        Connect-Cohere -Emulator -StatePath state -JobDurationMs 0
        Pop-Location
        Join-Path $TestDrive 'state/datasets' | Should -Exist

        $problem = Get-ErrorOf { Connect-Cohere -Emulator -StatePath (Join-Path $TestDrive 'state') }
        Disconnect-Cohere
        Connect-Cohere -Emulator -StatePath (Join-Path $TestDrive 'state')

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.StateNotAvailable,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*Disconnect-Cohere*'
        (Invoke-CohereApi /v1/datasets/usage).organization_usage | Should -Be 0
        { Connect-Cohere -ApiKey 'x' -StatePath state } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        Disconnect-Cohere
    }

    It 'shows the calls of a trial key that are left with -Emulator -KeyType Trial' {
        Connect-Cohere -Emulator -KeyType Trial
        $null = Invoke-CohereChat 'q'

        (Get-CohereSession).TrialCalls.Remaining | Should -Be 19
        Connect-Cohere -Emulator
        $null = Invoke-CohereChat 'q'
        (Get-CohereSession).TrialCalls | Should -BeNullOrEmpty
        Disconnect-Cohere
    }

    It 'needs neither key nor network with -Emulator' {
        Connect-Cohere -Emulator

        (Invoke-CohereChat 'hello').Text | Should -BeLike '*hello*'
        (Get-CohereSession).IsEmulator | Should -BeTrue
    }

    It 'allows only what reads with -Access Read' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Access Read

        Get-CohereModel | Should -Not -BeNullOrEmpty
        $server.Reset()
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        $problem.CategoryInfo.Category | Should -Be 'PermissionDenied'
        $problem.ToString() | Should -BeLike '*-Access Read*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'allows only what -AllowOperation names' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AllowOperation 'Chat', 'List*'

        (Invoke-CohereChat 'q').Text | Should -Be 'q'
        Get-CohereModel | Should -Not -BeNullOrEmpty
        { Test-CohereApiKey } | Should -Throw -ErrorId 'CohereShell.NotAllowed,*'
        { Invoke-CohereApi '/v9/unknown' } | Should -Throw -ErrorId 'CohereShell.NotAllowed,*'
    }

    It 'allows nothing that -DenyOperation names, even where -AllowOperation does' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AllowOperation '*' -DenyOperation 'chat*'

        { Invoke-CohereChat 'q' } | Should -Throw -ErrorId 'CohereShell.NotAllowed,*'
        { Invoke-CohereApi '/v2/chat' -Body @{ a = 1 } } | Should -Throw -ErrorId 'CohereShell.NotAllowed,*'
        Get-CohereModel | Should -Not -BeNullOrEmpty
    }

    It 'refuses a pattern that matches no operation, which would protect from nothing' {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation 'Chta' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.ToString() | Should -BeLike '*Chta*Get-CohereOperation*'
    }

    It 'completes -AllowOperation with the names of operations' {
        (Get-TabCompletion 'Connect-Cohere -AllowOperation Cha').CompletionText | Should -Contain 'Chat'
    }

    It 'writes one line per call to -AuditPath, without content' {
        $path = Join-Path $TestDrive 'audit.jsonl'
        Push-Location -LiteralPath $TestDrive
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath 'audit.jsonl' -ClientName 'nightly' -DenyOperation GetModel
        }
        finally {
            Pop-Location
        }

        $null = Invoke-CohereChat 'a secret question'
        $null = Invoke-CohereChat 'a secret stream' -Stream
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"gone"}' })
        $null = Get-ErrorOf { Invoke-CohereChat 'q' }
        $null = Get-ErrorOf { Get-CohereModel 'x' }

        $lines = @(Get-Content -LiteralPath $path | ConvertFrom-Json)
        $lines | Should -HaveCount 4
        $lines.operation | Should -Be 'Chat', 'Chat', 'Chat', 'GetModel'
        $lines.outcome | Should -Be 'Success', 'Success', 'NotFound', 'Denied'
        $lines[0].user | Should -Be ([Environment]::UserName)
        $lines[0].client | Should -Be 'nightly'
        $lines[0].status | Should -Be 200
        $lines[0].attempts | Should -Be 1
        $lines[0].model | Should -Be 'command-a-03-2025'
        $lines[0].inputTokens | Should -Be 10
        $lines[1].outputTokens | Should -Be 5
        Get-Content -LiteralPath $path -Raw | Should -Not -BeLike '*secret*'
    }

    It 'does not connect where the audit file cannot be written' {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath (Join-Path $TestDrive 'no-such-folder/audit.jsonl') }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AuditFailed,*'
        $problem.CategoryInfo.Category | Should -Be 'WriteError'
    }

    It 'makes no call that it cannot record' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'audit-folder')
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath (Join-Path $folder 'audit.jsonl')
        Remove-Item -LiteralPath $folder -Recurse

        { Invoke-CohereChat 'q' } | Should -Throw -ErrorId 'CohereShell.AuditFailed,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'has parameter sets that exclude each other' {
        { Connect-Cohere -ApiKey 'x' -Emulator } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        { Connect-Cohere -ApiKey 'x' -ApiKeyProvider { 'y' } } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}
