#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    # Not written as one word anywhere: what the tests search for must come from the module, not from their own text.
    $script:key = 'hush-2f9d04c7a1e84b56930fd8c1e7ba6524'
    $script:secret = ConvertTo-TestSecret $key

    # A server that repeats the key in all that it says.
    function Assert-Echo {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = "{`"message`":`"bad request by Bearer $key`",`"id`":`"$key`"}"; Headers = @{ 'X-Request-Id' = $key } })
    }

    function Assert-NoKey {
        param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text)
        $Text.Length | Should -BeGreaterThan 0
        $Text | Should -Not -Match $key
        $Text | Should -Not -Match ([Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($key)).Substring(0, 20))
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'The API key' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey $secret -MaxRetryCount 1
    }

    It 'is sent to the server, so that these tests search for the right thing' {
        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Authorization | Should -BeExactly "Bearer $key"
    }

    It 'is not in the output of -Verbose and -Debug' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } })

        $output = & {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey $secret -Verbose -Debug -PassThru
            Invoke-CohereChat 'q' -Verbose -Debug
            Invoke-CohereChat 'q' -Stream -Verbose -Debug
            Get-CohereModel -Verbose -Debug
            Test-CohereApiKey -Verbose -Debug
            Test-CohereConnection -Verbose -Debug
            Invoke-CohereApi '/v1/models' -Verbose -Debug
            Get-CohereUsage -Verbose -Debug
            Get-CohereSession -Verbose -Debug
            Assert-Echo
            Invoke-CohereChat 'q' -Verbose -Debug -ErrorAction Continue
            Disconnect-Cohere -Verbose -Debug
        } *>&1 | Out-String -Width 500

        $output | Should -BeLike '*attempt*'
        Assert-NoKey $output
    }

    It 'is not in a transcript' {
        $path = Join-Path $TestDrive 'transcript.txt'
        $log = Invoke-InOtherProcess @"
            `$null = Start-Transcript -LiteralPath '$path'
            `$env:CO_API_KEY = -join [char[]] @($(([int[]][char[]] $key) -join ','))
            Import-Module `$Manifest
            `$VerbosePreference = `$DebugPreference = 'Continue'
            Connect-Cohere -BaseUri '$($server.BaseUri)' -PassThru
            Invoke-CohereChat 'transcribed question' -Live
            Get-CohereSession | Format-List * -Force
            `$null = Stop-Transcript
"@

        "$log" | Should -BeLike '*transcribed question*'
        $transcript = Get-Content -LiteralPath $path -Raw
        $transcript | Should -BeLike '*transcribed question*'
        Assert-NoKey $transcript
        Assert-NoKey "$log"
    }

    It 'is not in errors, even where the server repeats it' {
        Assert-Echo
        $null = Invoke-CohereChat 'q' -ErrorAction SilentlyContinue -ErrorVariable problems
        $server.Enqueue([CohereShellTests.Answer] @{ ContentType = 'text/html'; Body = "<html>$key</html>" })
        $null = Invoke-CohereChat 'q' -ErrorAction SilentlyContinue -ErrorVariable +problems
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 302; Headers = @{ Location = "https://elsewhere.example/?key=$key" } })
        $null = Invoke-CohereChat 'q' -ErrorAction SilentlyContinue -ErrorVariable +problems
        $server.Enqueue((ConvertTo-StreamAnswer 'half' -End @{ finish_reason = 'ERROR'; error = "failed for $key" }))
        $null = Invoke-CohereChat 'q' -Stream -ErrorAction SilentlyContinue -ErrorVariable +problems
        $server.Default = [CohereShellTests.Answer] @{ Status = 401; Body = "{`"message`":`"invalid api token $key`"}" }
        $problems.Add((Get-ErrorOf { Invoke-CohereChat 'q' }))
        $problems.Add((Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey $secret -Verify }))

        $problems.Count | Should -BeGreaterOrEqual 6
        foreach ($problem in $problems) {
            Assert-NoKey ($problem | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue)
            Assert-NoKey ($problem | Format-List * -Force | Out-String -Width 500)
            Assert-NoKey ($problem.Exception | Format-List * -Force | Out-String -Width 500)
            Assert-NoKey ($problem.Exception.ToString())
            Assert-NoKey (Get-Error -InputObject $problem | Out-String -Width 500)
        }
    }

    It 'is not in $Error of a session that failed' {
        $output = Invoke-InOtherProcess @"
            `$ErrorActionPreference = 'Continue'
            `$env:CO_API_KEY = -join [char[]] @($(([int[]][char[]] $key) -join ','))
            Import-Module `$Manifest
            Connect-Cohere -BaseUri '$($server.BaseUri)' -TimeoutSec 1 -MaxRetryCount 0
            Invoke-CohereApi '/v1/nothing' -Method DELETE -Confirm:`$false
            Disconnect-Cohere
            Connect-Cohere -BaseUri 'http://127.0.0.1:1' -MaxRetryCount 0
            Invoke-CohereChat 'q' 2>`$null
            'errors: ' + `$Error.Count
            `$Error | ConvertTo-Json -Depth 5 -WarningAction Ignore
            Get-Error -Newest 5 | Out-String -Width 500
"@ | Out-String -Width 500

        $output | Should -Match 'errors: [1-9]'
        Assert-NoKey $output
    }

    It 'is not in the session, however it is shown' {
        $session = Get-CohereSession

        Assert-NoKey ($session | Out-String)
        Assert-NoKey ($session | Format-List * -Force | Out-String -Width 500)
        Assert-NoKey ($session | Format-Custom -Depth 5 | Out-String -Width 500)
        Assert-NoKey ($session | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue)
        Assert-NoKey ($session | ConvertTo-Xml -Depth 5 -As String)
        Assert-NoKey ($session | ConvertTo-Csv | Out-String)
        Assert-NoKey ($session | Get-Member -Force | Out-String -Width 500)
        Assert-NoKey "$session"
    }

    It 'is not in a session that is exported, nor can the copy be used' {
        $path = Join-Path $TestDrive 'session.xml'
        Get-CohereSession | Export-Clixml -LiteralPath $path -Depth 5

        Assert-NoKey (Get-Content -LiteralPath $path -Raw)
        $copy = Import-Clixml -LiteralPath $path
        { Invoke-CohereChat 'q' -Session $copy } | Should -Throw '*copy*Connect-Cohere*'
    }

    It 'is not in answers, models and usage' {
        $answer = Invoke-CohereChat 'q'

        Assert-NoKey ($answer | ConvertTo-Json -Depth 6 -WarningAction SilentlyContinue)
        Assert-NoKey (Get-CohereUsage | ConvertTo-Json -Depth 6)
        Assert-NoKey (Get-CohereModel | ConvertTo-Json -Depth 6)
    }

    It 'is not in the audit file, nor is what was asked and answered' {
        $path = Join-Path $TestDrive 'audit.jsonl'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey $secret -AuditPath $path
        $null = Invoke-CohereChat 'whisper'
        Assert-Echo
        $null = Invoke-CohereChat 'whisper' -ErrorAction SilentlyContinue
        $null = Invoke-CohereApi "/v1/models?key=$key"

        $audit = Get-Content -LiteralPath $path -Raw
        Assert-NoKey $audit
        $audit | Should -Not -Match 'whisper'
    }

    It 'is not in the object of a proxy or of headers that the session shows' {
        Connect-Cohere -BaseUri $server.BaseUri -Header @{ 'X-Secret' = $key } -Proxy 'http://127.0.0.1:1' -ProxyCredential ([pscredential]::new('me', $secret))

        Assert-NoKey (Get-CohereSession | Format-List * -Force | Out-String -Width 500)
        Assert-NoKey (Get-CohereSession | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue)
    }

    It 'is not shown by an emulator that it is sent to' {
        $emulator = Start-CohereEmulator
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey $secret
        $null = Invoke-CohereChat 'q'

        Assert-NoKey ($emulator | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue)
        Stop-CohereEmulator $emulator
    }

    It 'does not go to the address that a redirect names' {
        $elsewhere = Open-TestServer
        try {
            $server.Enqueue([CohereShellTests.Answer] @{ Status = 307; Headers = @{ Location = "$($elsewhere.BaseUri)/v2/chat" } })

            $problem = Get-ErrorOf { Invoke-CohereChat 'q' }

            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.Redirected,*'
            $elsewhere.Requests | Should -BeNullOrEmpty
        }
        finally {
            $elsewhere.Dispose()
        }
    }
}
