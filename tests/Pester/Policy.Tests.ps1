#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# The policy, the audit and the consent hold, whatever a user, a server, a model or a tool writes.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer

    function Invoke-Script {
        param([Parameter(Mandatory)] [scriptblock] $Script, [hashtable] $Argument = @{}, [hashtable] $With = @{})
        $tool = New-CohereTool -Name Try_It -Description 'Tries it.' -ScriptBlock $Script
        $json = ConvertTo-Json -InputObject $Argument -Compress -Depth 9
        (Invoke-CohereChat "emulate:call Try_It $json" -Tool $tool -InvokeTool -AllowTool Try_It @With).ToolSteps[0]
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'A session that denies chat' {
    BeforeEach {
        $server.Reset()
        $script:audit = Join-Path $TestDrive "audit-$([guid]::NewGuid()).jsonl"
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation Chat -AuditPath $audit
    }

    It 'does not send POST <_>' -ForEach @(
        '/v2/chat', 'v2/chat', '/V2/Chat', '//v2//chat', '/v2/chat/', '/v2/chat?x=1', '/v2%2Fchat', '/v2%2fchat', '/v2%252Fchat', '%2Fv2%2Fchat', '/%76%32/%63%68at',
        '/v2/x/../chat', '/v2/x/%2e%2e/chat', '/v2/..%2fv2%2fchat', '/v2/embed/..%2fchat', '/v2/embed/..%5cchat', '/v2/./chat', '/v2/%2e/chat', '/v2\chat', '/v2%5cchat',
        '/v2/chat%00', '/v2/chat%3Fx', '/v2/chat%3fx=1', '/v2/chat%23x', '/v2/chat;x=1', '/v2/chat%3bx=1', '/v2;x/chat', '/v2/chat%20', '/v2/chat ', '/v2/chat%09', '/v2/chat.', '/v2/chat%2e', '/v2/chat%0d%0a',
        '/v2/ch%C0%A1t', '/v2%C0%AFchat', '/v2%EF%BC%8Fchat', "/v2$([char]0xff0f)chat", '/x/v2/chat', '/gateway/cohere/v2/chat', '/v1/models/..%2f..%2fv2%2fchat', '/v1/datasets/x%2f..%2f..%2f..%2fv2%2fchat'
    ) {
        $caught = Get-ErrorOf { Invoke-CohereApi $_ -Method POST -Body @{ model = 'm'; messages = @() } }
        $caught.FullyQualifiedErrorId | Should -Match '^CohereShell\.(NotAllowed|InvalidValue),'
        $server.Requests | Should -BeNullOrEmpty
        if ($caught.FullyQualifiedErrorId -like '*NotAllowed*') {
            $line = Get-Content -LiteralPath $audit | Select-Object -Last 1 | ConvertFrom-Json
            $line.operation | Should -Be 'Chat'
            $line.outcome | Should -Be 'Denied'
        }
    }

    It 'sends no chat below a gateway at <_>, where /chat would be a chat' -ForEach '/v2', '/gw/V2/', '/v2%2F', '/v2;x', '/v2.', '/v2%20', '/v2%5c', '/v2%2e' {
        Connect-Cohere -BaseUri "$($server.BaseUri)$_" -ApiKey 'a-key-for-tests' -DenyOperation Chat -WarningAction SilentlyContinue
        $caught = Get-ErrorOf { Invoke-CohereApi /chat -Method POST -Body @{ model = 'm' } }

        $caught.FullyQualifiedErrorId | Should -Match '^CohereShell\.(NotAllowed|InvalidValue),'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'shows its rules as they are, whatever happens to the lists that it was connected with' {
        $rules = [string[]] 'Chat'
        $session = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation $rules -PassThru
        $rules[0] = 'Embed'
        { $session.DenyOperation[0] = 'Embed' } | Should -Throw
        $session.DenyOperation | Should -Be 'Chat'
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
    }

    It 'does not send POST <_>, which a server may read as /v2/chat' -ForEach '/v2/chat.json', '/v2/chat.x', '/v2/chat,x', '/v2/chat:x', '/v2/chat|x', '/v2/chat!', '/v2/chat*', '/v2/chat~', '/v2/chat$', '/v2/chat=1', '/v2/chat&x=1', '/v2/chat+', '/v2/"chat"', '/.v2/chat', '/v2/chat%e2%80%8b', '/v2/ch%c2%adat', '/x/v2/chat.json', '/v2/chat/x', '/v2/chat/*' {
        $caught = Get-ErrorOf { Invoke-CohereApi $_ -Method POST -Body @{ model = 'm' } }

        $caught.FullyQualifiedErrorId | Should -Match '^CohereShell\.(NotAllowed|InvalidValue),'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'does not send <Method> <Path>, when -DenyOperation <Deny> denies what a server may do for it' -ForEach @(
        @{ Method = 'PUT'; Path = '/v2/chat'; Deny = 'Chat' }
        @{ Method = 'POST'; Path = '/v1/datasets/x'; Deny = 'DeleteDataset' }
        @{ Method = 'PATCH'; Path = '/gw/v1/datasets/x'; Deny = 'DeleteDataset' }
        @{ Method = 'POST'; Path = '/v1/finetuning/finetuned-models/x'; Deny = 'UpdateFineTunedModel' }
        @{ Method = 'POST'; Path = '/v1/embed-jobs/x'; Deny = 'EmbedJobs' }
    ) {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation $Deny -AuditPath $audit
        $caught = Get-ErrorOf { Invoke-CohereApi $Path -Method $Method -Body @{ _method = 'DELETE' } }

        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        $server.Requests | Should -BeNullOrEmpty
        (Get-Content -LiteralPath $audit | Select-Object -Last 1 | ConvertFrom-Json).outcome | Should -Be 'Denied'
    }

    It 'still sends what is only similar to an operation' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation DeleteDataset
        $null = Invoke-CohereApi /v1/datasets/x/rows
        $null = Invoke-CohereApi /v9/chat.json
        $null = Invoke-CohereApi /v2/chatter -Method POST -Body @{ a = 1 }
        $server.Requests.Target | Should -Be '/v1/datasets/x/rows', '/v9/chat.json', '/v2/chatter'
    }

    It 'does not send the query parameter <_>, which replaces the method on some servers' -ForEach '_method', '_METHOD', '$httpMethod', 'X-HTTP-Method-Override', 'x_http_method' {
        (Get-ErrorOf { Invoke-CohereApi /v9/new -Query @{ $_ = 'DELETE' } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { Invoke-CohereApi "/v9/new?a=b&$_=DELETE" }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { Invoke-CohereApi "/v9/new?$([uri]::HexEscape($_[0]))$($_.Substring(1))=DELETE" }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'does not send an id that a server may read as another operation: <_>' -ForEach 'usage', 'USAGE', 'usage.x' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation GetDatasetUsage
        (Get-ErrorOf { Get-CohereDataset -DatasetId $_ }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'does not delete what another operation deletes: the id <_>' -ForEach '..%2Ffinetuning%2Ffinetuned-models%2Fm', '../finetuning/finetuned-models/m', '..\finetuning\finetuned-models\m', 'x/../../finetuning/finetuned-models/m', '..;/finetuning/finetuned-models/m', '..;x=1/y', "x`0", "x`ny" {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -DenyOperation FineTuning
        $caught = Get-ErrorOf { Remove-CohereDataset -DatasetId $_ -Confirm:$false }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'still sends ids with a slash, a space or other characters' {
        $null = Get-CohereModel -Name 'org/model a'
        $server.LastRequest.Target | Should -Be '/v1/models/org%2Fmodel%20a'
    }

    It 'does not take the header <_>' -ForEach 'Transfer-Encoding', 'content-length', 'Host', 'Connection', 'Keep-Alive', 'TE', 'Trailer', 'Upgrade', 'Expect', 'X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X_HTTP_Method_Override', 'X-Method', 'X-Original-URL', 'X-Original-URI', 'X-Original-Path', 'X-Original-Method', 'X-Rewrite-URL', 'X-Override-URL', 'X-Forwarded-Prefix', 'X-Forwarded-Path', 'X-Forwarded-Uri', 'X-Forwarded-Method', 'X-Envoy-Original-Path', 'X-Replaced-Path', 'X-Request-Uri', 'X-Script-Name' {
        (Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Header @{ $_ = '5' } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { Get-CohereModel -Header @{ $_ = '5' } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }
}

Describe 'A header that only looks like one that changes a request' {
    It 'is sent: <_>' -ForEach 'X-Request-Id', 'X-Callback-Url', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Tenant-Path-Id', 'X-Original-Client' {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $null = Get-CohereModel -Header @{ $_ = 'value' }
        $server.LastRequest.Headers[$_] | Should -Be 'value'
    }
}

Describe 'Invoke-CohereApi -WhatIf' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    }

    It 'does not send <Method> <Path>' -ForEach @(
        @{ Method = 'POST'; Path = '/v2/chat' }, @{ Method = 'POST'; Path = '/v2/embed' }, @{ Method = 'POST'; Path = '/v1/tokenize' }, @{ Method = 'POST'; Path = '/v9/unknown' }
        @{ Method = 'PUT'; Path = '/v1/models' }, @{ Method = 'PATCH'; Path = '/v1/finetuning/finetuned-models/x' }, @{ Method = 'DELETE'; Path = '/v1/datasets/x' }
    ) {
        Invoke-CohereApi $Path -Method $Method -Body @{ a = 1 } -WhatIf
        $expected = if ((Get-CohereOperation | Where-Object { $_.Path -eq $Path -and $_.Method -eq $Method }).Access -eq 'Read') { 1 } else { 0 }
        @($server.Requests) | Should -HaveCount $expected
    }

    It 'sends what the catalogue knows as reading' {
        $null = Invoke-CohereApi /v1/check-api-key -Method POST -WhatIf
        $null = Invoke-CohereApi /v1/models -WhatIf
        $server.Requests | Should -HaveCount 2
    }
}

Describe 'The key' {
    It 'is refused <Kind>' -ForEach @(
        @{ Kind = 'with a NUL'; Key = "a-key-for$([char]0)tests" }, @{ Kind = 'with a line break inside'; Key = "a-key`nfor-tests" }, @{ Kind = 'with a tab'; Key = "a-key`tfor-tests" }
        @{ Kind = 'in quotation marks'; Key = '"a-key-for-tests"' }, @{ Kind = 'in single quotation marks'; Key = "'a-key-for-tests'" }
        @{ Kind = 'in typographic quotation marks'; Key = "$([char]0x201c)a-key-for-tests$([char]0x201d)" }, @{ Kind = 'with Bearer in front'; Key = 'Bearer a-key-for-tests' }, @{ Kind = 'with bearer in front'; Key = 'bearer  a-key-for-tests' }
    ) {
        foreach ($try in { Connect-Cohere -BaseUri $server.BaseUri -ApiKey $Key }, { Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider { $Key } }) {
            $caught = Get-ErrorOf $try
            $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
            "$($caught.Exception.Message)$($caught.ErrorDetails)" | Should -Not -Match 'a-key'
        }

        Disconnect-Cohere
        if ($Key.IndexOf([char] 0) -lt 0) {
            $env:CO_API_KEY = $Key
            try {
                $caught = Get-ErrorOf { Get-CohereModel }
                $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidEnvironment,*'
                $caught.Exception.Message | Should -Not -Match 'a-key'
            }
            finally {
                $env:CO_API_KEY = $null
            }
        }
    }
}

Describe 'The key in a wrong place' {
    BeforeAll {
        $script:key = 'hush-Key_4b1f6c2d9e8a7035bd1c60f2e49a8d37'
        function Get-Told([scriptblock] $Command) {
            try {
                & { $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'; & $Command } *>&1 |
                    ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { $_ } elseif ($_ -is [System.Management.Automation.InformationalRecord]) { $_.Message } } |
                    Set-Variable told
            }
            catch {
                $told = $_
            }

            foreach ($item in @($told)) {
                if ($item -is [System.Management.Automation.ErrorRecord]) {
                    "$item", $item.Exception.ToString(), $item.CategoryInfo.ToString(), "$($item.ErrorDetails.RecommendedAction)"
                }
                else {
                    "$item"
                }
            }
        }
    }

    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey $key
    }

    It 'does not get into messages: <_>' -ForEach @(
        { Get-CohereModel -Name $key }
        { Get-CohereDataset -DatasetId $key }
        { Remove-CohereDataset -DatasetId "$key/.." -Confirm:$false }
        { Remove-CohereDataset -DatasetId $key -Confirm:$false }
        { Invoke-CohereApi "/v9/$key/.." }
        { Invoke-CohereApi "/v9/{$key}" }
        { Invoke-CohereApi "http://evil.example/$key" }
        { Invoke-CohereApi "/v9/$key" -Query @{ _method = $key } }
        { Invoke-CohereApi "/v9/new?X-Method-Override-$key=1" }
        { Invoke-CohereChat q -Header @{ "$key x" = 'x' } }
        { Invoke-CohereTranscription -Path "/tmp/$key.wav" -Model m -Language en }
        { Invoke-CohereParse -LiteralPath "/tmp/$key.png" }
        { Invoke-CohereTranscription -Path x.wav -Model m -Language $key }
        { Connect-Cohere -BaseUri $server.BaseUri -ApiKey $key -DenyOperation $key }
        { Connect-Cohere -BaseUri $server.BaseUri -ApiKey $key -AuditPath "/nonexistent/$key/x" }
        { Connect-Cohere -BaseUri "$($server.BaseUri)/$key/v2" -ApiKey $key }
        { Import-CohereEmbedding -Path "/tmp/$key.jsonl" }
        { New-CohereTool -Command $key }
    ) {
        $told = Get-Told $_
        $told | Should -Not -BeNullOrEmpty
        $told -join "`n" | Should -Not -Match $key
        $told -join "`n" | Should -Match '\*\*\*'
    }
}

Describe 'A session that something else than Disconnect-Cohere closes' {
    BeforeEach {
        $server.Reset()
        $env:CO_API_KEY = 'a-key-of-the-environment'
        $env:CO_API_URL = $server.BaseUri
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Access Read
    }

    AfterEach {
        Set-EnvironmentVariable @{ CO_API_KEY = $null; CO_API_URL = $null }
        Disconnect-Cohere
    }

    It 'is not replaced by one of the environment: <Kind>' -ForEach @(
        @{ Kind = 'the module is imported again'; Close = { Import-Module $Manifest -Force } }
        @{ Kind = 'the module is removed and imported'; Close = { Remove-Module CohereShell; Import-Module $Manifest } }
        @{ Kind = 'it is disposed'; Close = { (Get-CohereSession).Dispose() } }
    ) {
        . $Close
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.SessionClosed,*'
        (Get-ErrorOf { Get-CohereModel }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.SessionClosed,*'
        (Get-CohereSession).IsOpen | Should -BeFalse
        $server.Requests | Should -BeNullOrEmpty

        Connect-Cohere
        (Invoke-CohereChat q).Text | Should -Be 'q'
    }

    It 'gives way to the environment after Disconnect-Cohere, which is the user''s decision' {
        Disconnect-Cohere
        (Invoke-CohereChat q).Text | Should -Be 'q'
    }
}

Describe 'A Connect-Cohere that fails' {
    BeforeEach {
        Disconnect-Cohere
        $server.Reset()
        $env:CO_API_KEY = 'a-key-of-the-environment'
        $env:CO_API_URL = $server.BaseUri
        $script:badProfile = Join-Path $TestDrive 'bad.psd1'
        Set-Content -LiteralPath $badProfile "@{ Name = 'x'; Operations = @{ Chatt = 'Full' } }"
    }

    AfterEach {
        Set-EnvironmentVariable @{ CO_API_KEY = $null; CO_API_URL = $null }
        Disconnect-Cohere
    }

    It 'is not followed by a session of the environment, in a script that continues: <Kind>' -ForEach @(
        @{ Kind = 'the access profile isn''t valid'; Connect = { Connect-Cohere -AccessProfile $badProfile } }
        @{ Kind = 'the access profile doesn''t exist'; Connect = { Connect-Cohere -AccessProfile /nonexistent/x.psd1 } }
        @{ Kind = 'a typo in -DenyOperation'; Connect = { Connect-Cohere -DenyOperation Chatt } }
        @{ Kind = 'a typo in the name of a parameter'; Connect = { Connect-Cohere -DenyOperatoin Chat } }
        @{ Kind = 'a value that can''t be bound'; Connect = { Connect-Cohere -BudgetLimit much } }
        @{ Kind = 'a value that isn''t allowed'; Connect = { Connect-Cohere -CallLimit 0 } }
        @{ Kind = 'the audit file can''t be written'; Connect = { Connect-Cohere -AuditPath /nonexistent/folder/x.jsonl } }
        @{ Kind = 'the key provider fails'; Connect = { Connect-Cohere -ApiKeyProvider { throw 'locked' } } }
        @{ Kind = 'the key isn''t valid'; Connect = { Connect-Cohere -ApiKey 'a key-with "quotes"' } }
    ) {
        # try, because this terminates a script with $ErrorActionPreference 'Stop', as in Pester.
        try { . $Connect } catch { $null = $_ }
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectFailed,*'
        (Get-ErrorOf { Remove-CohereDataset x -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectFailed,*'
        Get-CohereSession | Should -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty

        Connect-Cohere -DenyOperation Embed
        (Invoke-CohereChat q).Text | Should -Be 'q'
    }

    It 'is followed by one after Disconnect-Cohere, which is the user''s decision' {
        try { Connect-Cohere -AccessProfile $badProfile } catch { $null = $_ }
        Disconnect-Cohere
        (Invoke-CohereChat q).Text | Should -Be 'q'
    }

    It 'doesn''t keep the environment out if it specifies nothing: then a session of the environment was meant' {
        Set-EnvironmentVariable @{ CO_API_KEY = $null; CO_API_URL = $null }
        (Get-ErrorOf { Connect-Cohere -Verify -PassThru }).ErrorDetails.RecommendedAction | Should -BeLike '*set the environment variable CO_API_KEY*'
        $env:CO_API_KEY = 'a-key-of-the-environment'
        $env:CO_API_URL = $server.BaseUri
        (Invoke-CohereChat q).Text | Should -Be 'q'
    }

    It 'keeps it out if a default value restricts it' {
        Set-EnvironmentVariable @{ CO_API_KEY = $null; CO_API_URL = $null }
        $defaults = $PSDefaultParameterValues.Clone()
        try {
            $PSDefaultParameterValues['Connect-Cohere:DenyOperation'] = 'Chat'
            try { Connect-Cohere } catch { $null = $_ }
        }
        finally {
            $PSDefaultParameterValues.Clear()
            foreach ($name in $defaults.Keys) {
                $PSDefaultParameterValues[$name] = $defaults[$name]
            }
        }

        $env:CO_API_KEY = 'a-key-of-the-environment'
        $env:CO_API_URL = $server.BaseUri
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectFailed,*'
    }

    It 'isn''t made up for by one that specifies nothing and fails too' {
        try { Connect-Cohere -AccessProfile $badProfile } catch { $null = $_ }
        Set-EnvironmentVariable @{ CO_API_KEY = $null; CO_API_URL = $null }
        try { Connect-Cohere } catch { $null = $_ }
        $env:CO_API_KEY = 'a-key-of-the-environment'
        $env:CO_API_URL = $server.BaseUri
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectFailed,*'
    }

    It 'names what is wrong: the address only if it''s the address' {
        (Get-ErrorOf { Connect-Cohere -ApiKey '"quoted"' }).ErrorDetails.RecommendedAction | Should -Not -Match 'BaseUri'
        (Get-ErrorOf { Connect-Cohere -BaseUri api.cohere.com }).ErrorDetails.RecommendedAction | Should -Match 'BaseUri'
    }

    It 'isn''t forgotten when the module is imported again' {
        try { Connect-Cohere -AccessProfile $badProfile } catch { $null = $_ }
        Import-Module $Manifest -Force
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectFailed,*'
    }

    It 'leaves an earlier session connected, with its policy' {
        Connect-Cohere -Access Read
        try { Connect-Cohere -AccessProfile $badProfile } catch { $null = $_ }
        (Get-ErrorOf { Invoke-CohereChat q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
    }

    It 'doesn''t stop the commands that find the mistake' {
        try { Connect-Cohere -DenyOperation Chatt } catch { $null = $_ }
        (Get-CohereOperation Chat).Name | Should -Be 'Chat'
        (Test-CohereConnection -BaseUri $server.BaseUri).BaseUri | Should -Not -BeNullOrEmpty
    }

    It 'isn''t what help and Tab do with its name' {
        $null = Connect-Cohere -?
        $null = Get-Command Connect-Cohere -Syntax
        $null = [System.Management.Automation.CommandCompletion]::CompleteInput('Connect-Cohere -A', 17, $null)
        [GC]::Collect()
        [GC]::WaitForPendingFinalizers()
        (Invoke-CohereChat q).Text | Should -Be 'q'
    }
}

Describe 'Calls in flight when a limit ends the command' {
    BeforeEach { $server.Reset() }

    It 'are paid for, and have their output: <Command>' -ForEach @(
        @{ Command = 'Invoke-CohereChat'; Ask = { $texts | Invoke-CohereChat -MaxTokens 100 -ThrottleLimit 4 } }
        @{ Command = 'Invoke-CohereChat -Prompt'; Ask = { $texts | ForEach-Object { [pscustomobject] @{ Text = $_ } } | Invoke-CohereChat -Prompt '{Text}' -MaxTokens 100 -ThrottleLimit 4 } }
        @{ Command = 'New-CohereEmbedding'; Ask = { $texts | New-CohereEmbedding -BatchSize 1 -ThrottleLimit 4 } }
    ) {
        # The second one alone would pass the budget. The first answer arrives after the third call was sent, and before
        # its answer.
        $texts = 'a [vector] [1500 ms]', ('b [vector] ' + 'x' * 40000), 'c [vector] [4000 ms]'
        $limit = if ($Command -eq 'New-CohereEmbedding') { 0.001 } else { 0.03 }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -BudgetLimit $limit
        $failure = $null
        $output = [System.Collections.Generic.List[object]]::new()
        try { & $Ask | ForEach-Object { $output.Add($_) } } catch { $failure = $_ }

        $failure.FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        $output | Should -HaveCount $server.Requests.Count
        $output[0].Index, $output[-1].Index | Select-Object -Unique | Should -Not -Contain 1
    }
}

Describe 'A tool and the session' {
    BeforeEach { Connect-Cohere -Emulator -DenyOperation Embed }

    It 'cannot get, close or change it: <Kind>' -ForEach @(
        @{ Kind = 'Get-CohereSession'; Script = { (Get-CohereSession -ErrorAction Stop).Dispose() } }
        @{ Kind = 'Get-CohereSession alone'; Script = { Get-CohereSession -ErrorAction Stop | ForEach-Object Id } }
        @{ Kind = 'the variable of the caller'; Script = { $theSession.Dispose() } }
        @{ Kind = 'the call stack'; Script = { foreach ($frame in Get-PSCallStack) { foreach ($value in $frame.InvocationInfo.BoundParameters.Values) { if ($value -is [CohereShell.CohereSession]) { $value.Dispose() } } }; throw 'not found' } }
        @{ Kind = 'Disconnect-Cohere'; Script = { Disconnect-Cohere -ErrorAction Stop } }
        @{ Kind = 'Disconnect-Cohere -Session'; Script = { Disconnect-Cohere $theSession -ErrorAction Stop } }
        @{ Kind = 'Connect-Cohere'; Script = { Connect-Cohere -Emulator -ErrorAction Stop } }
        @{ Kind = 'Get-CohereUsage -Reset'; Script = { Get-CohereUsage -Reset -ErrorAction Stop } }
        @{ Kind = 'a reset of the counts'; Script = { $theSession.GetUsage($true) } }
        @{ Kind = '$ExecutionContext'; Script = { $ExecutionContext.SessionState.PSVariable.GetValue('theSession').Dispose() } }
        @{ Kind = 'another thread'; Script = { $s = $theSession; [powershell]::Create().AddScript('param($s) $ErrorActionPreference = ''Stop''; $s.Dispose()').AddArgument($s).Invoke() } }
    ) {
        $theSession = Get-CohereSession
        $step = Invoke-Script $Script -With @{ Session = $theSession }
        $step.Outcome | Should -Be 'Failed'
        $theSession.IsOpen | Should -BeTrue
        (Get-CohereSession).Id | Should -Be $theSession.Id
        (Get-CohereUsage).Calls | Should -BeGreaterThan 0
    }

    It 'cannot close it by removing the module' {
        $id = (Get-CohereSession).Id
        $manifestPath = $Manifest
        $null = Invoke-Script { Import-Module $manifestPath -Force; 'imported' }
        Import-Module $Manifest
        (Get-CohereSession).Id | Should -Be $id
        (Get-CohereSession).IsOpen | Should -BeTrue
    }

    It 'uses the session of the chat, with its policy, in whatever runspace' {
        $env:CO_API_KEY = 'a-key-of-the-environment'
        $env:CO_API_URL = $server.BaseUri
        try {
            $server.Reset()
            $manifestPath = $Manifest
            $step = Invoke-Script { New-CohereEmbedding text -ErrorAction Stop }
            "$($step.Outcome) $($step.Errors)" | Should -Match 'DenyOperation'
            $step = Invoke-Script { $s = [powershell]::Create().AddScript('param($m) Import-Module $m; New-CohereEmbedding text -ErrorAction Stop').AddArgument($manifestPath); $s.Invoke(); "$($s.Streams.Error)" }
            $step.Output -join '' | Should -Match 'DenyOperation'
            (Invoke-Script { 'text' | ConvertTo-CohereToken | ForEach-Object Count }).Outcome | Should -Be 'Succeeded'
            $server.Requests | Should -BeNullOrEmpty
        }
        finally {
            Set-EnvironmentVariable @{ CO_API_KEY = $null; CO_API_URL = $null }
        }
    }
}

Describe 'A tool and the key' {
    BeforeAll {
        # Fixed, so that a failure can be repeated. It contains the letter 'a' five times.
        $script:secret = 'hushba0d3955f6a845bab61cbabdd4ac362f'
        $env:CO_API_KEY = $secret
        Connect-Cohere -Emulator
        function Get-Text { param([string] $Path) Get-Content -LiteralPath $Path }
        $script:file = Join-Path $TestDrive 'notes.txt'
        Set-Content -LiteralPath $file "before $secret after"
    }

    AfterAll { $env:CO_API_KEY = $null }

    It 'does not tell it to the model: <Kind>' -ForEach @(
        @{ Kind = 'as it is'; Script = { Get-Content $path } }
        @{ Kind = 'one character per line'; Script = { (Get-Content $path -Raw).ToCharArray() | ForEach-Object { "$_" } } }
        @{ Kind = 'one character per object'; Script = { ((Get-Content $path -Raw) -split ' ')[1].ToCharArray() | ForEach-Object { [pscustomobject] @{ c = "$_" } } } }
        @{ Kind = 'one [char] per object'; Script = { ((Get-Content $path -Raw) -split ' ')[1].ToCharArray() } }
        @{ Kind = 'one number per object'; Script = { ((Get-Content $path -Raw) -split ' ')[1].ToCharArray() | ForEach-Object { [int] $_ } } }
        @{ Kind = 'one character per object, with its place'; Script = { $n = 0; ((Get-Content $path -Raw) -split ' ')[1].ToCharArray() | ForEach-Object { [pscustomobject] @{ n = $n++; c = $_ } } } }
        @{ Kind = 'with hyphens'; Script = { (Get-Content $path -Raw).ToCharArray() -join '-' } }
        @{ Kind = 'with a letter between'; Script = { (Get-Content $path -Raw).ToCharArray() -join 'x' } }
        @{ Kind = 'with line numbers'; Script = { $n = 0; ((Get-Content $path -Raw) -split ' ')[1].ToCharArray() | ForEach-Object { $n++; "${n}: $_" } } }
        @{ Kind = 'halves'; Script = { (Get-Content $path -Raw) -split '(?<=^.{25})' } }
        @{ Kind = 'only a part'; Script = { (Get-Content $path -Raw).Substring(7, 20) } }
        @{ Kind = 'backwards'; Script = { $c = (Get-Content $path -Raw).ToCharArray(); [array]::Reverse($c); -join $c } }
        @{ Kind = 'in capitals'; Script = { (Get-Content $path -Raw).ToUpperInvariant() } }
        @{ Kind = 'as base64'; Script = { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((Get-Content $path -Raw))) } }
        @{ Kind = 'as base64 of UTF-16'; Script = { [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes('x' + (Get-Content $path -Raw))) } }
        @{ Kind = 'as hexadecimal numbers'; Script = { [BitConverter]::ToString([Text.Encoding]::UTF8.GetBytes((Get-Content $path -Raw))) } }
        @{ Kind = 'as numbers'; Script = { , [int[]] [char[]] ((Get-Content $path -Raw) -split ' ')[1] } }
        @{ Kind = 'split at a delimiter'; Script = { Get-Content $path -Delimiter 'a' } }
        @{ Kind = 'in an error'; Script = { throw ((Get-Content $path -Raw).ToCharArray() -join ' ') } }
    ) {
        $path = $file
        $step = Invoke-Script $Script
        $told = ($step.Output + $step.Errors) -join "`n"
        $told | Should -Match '\*\*\*|withheld'
        $told -replace '[^a-z0-9]' | Should -Not -Match $secret.Substring(4, 12)
    }

    It 'does not tell it to the model: split at the delimiter <_>' -ForEach @([char[]] 'hushbad0123456789cf' | ForEach-Object { "$_" }) {
        $path = $file
        $delimiter = $_
        $step = Invoke-Script { Get-Content $path -Delimiter $delimiter }
        ($step.Output + $step.Errors) -join '' | Should -Match 'withheld|\*\*\*'
        $step.Output -join '' | Should -Not -Match '3955|845|b61c|362'
    }

    It 'still tells other output' {
        (Invoke-Script { Get-Date 2026-01-01 -Format yyyy; 'CO_API_KEY is set' }).Output | Should -Be '{"text":"2026\nCO_API_KEY is set"}'
    }

    It 'cannot be pointed to <_>' -ForEach '/proc/self/environ', '/proc/thread-self/environ', '/proc/../proc/self/environ', '/proc/self/env*', '/proc/*/environ', '/proc/self/task/1/environ', 'FileSystem::/proc/self/environ', 'Microsoft.PowerShell.Core\FileSystem::/proc/self/environ', '/proc/1/mem', 'Env:CO_API_KEY', 'env:\CO_API_KEY', 'Env:COHERE_API_KEY', 'Env:CO_API*', 'Microsoft.PowerShell.Core\Environment::CO_API_KEY', 'environment::CO_API_KEY' -Skip:(-not $IsLinux) {
        $tool = New-CohereTool -Command Get-Content -Parameter Path
        $json = "{`"Path`":[$(ConvertTo-Json $_)]}"
        $step = (Invoke-CohereChat "emulate:call Get_Content $json" -Tool $tool -InvokeTool).ToolSteps[0]
        $step.Outcome | Should -Be 'Refused'
        $step.Errors -join '' | Should -Match 'holds keys'
    }

    It 'cannot be pointed to it through a link' -Skip:(-not $IsLinux) {
        $link = Join-Path $TestDrive 'innocent.txt'
        $null = New-Item -ItemType SymbolicLink -Path $link -Target '/proc/self/environ'
        $folder = Join-Path $TestDrive 'innocent'
        $null = New-Item -ItemType SymbolicLink -Path $folder -Target '/proc/self'
        foreach ($path in $link, "$folder/environ") {
            $tool = New-CohereTool -Command Get-Content -Parameter Path
            $step = (Invoke-CohereChat "emulate:call Get_Content {`"Path`":[`"$path`"]}" -Tool $tool -InvokeTool).ToolSteps[0]
            $step.Outcome | Should -Be 'Refused'
        }

        # Pester would look for files to delete behind them.
        [System.IO.File]::Delete($link)
        [System.IO.File]::Delete($folder)
    }
}

Describe 'The audit' {
    BeforeEach { $server.Reset() }

    It 'has the call as begun while it runs, and exactly one line of it afterwards' {
        $path = Join-Path $TestDrive 'begun.jsonl'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $path
        $tool = New-CohereTool -Name Look -Description 'Looks.' -ScriptBlock { 1 }
        $null = Invoke-CohereChat 'q'
        $lines = Get-Content -LiteralPath $path
        $lines | Should -HaveCount 1
        ($lines | ConvertFrom-Json).outcome | Should -Be 'Success'
        $lines | Should -Not -Match ' $'
        $tool.Name | Should -Be 'Look'
    }

    It 'has one line for each of many calls at the same time' {
        $path = Join-Path $TestDrive 'many.jsonl'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $path
        $null = 1..100 | ForEach-Object { "text $_" } | Invoke-CohereChat -ThrottleLimit 8
        $lines = Get-Content -LiteralPath $path
        $lines | Should -HaveCount 100
        ($lines | ConvertFrom-Json).outcome | Sort-Object -Unique | Should -Be 'Success'
    }

    It 'does not make a call that it can''t record, on a full disk' -Skip:(-not (Test-Path -LiteralPath /dev/full)) {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath /dev/full
        (Get-ErrorOf { Invoke-CohereChat 'q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.AuditFailed,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'is not a pipe, which may never take what is written' -Skip:(-not $IsLinux) {
        $pipe = Join-Path $TestDrive 'pipe'
        mkfifo $pipe
        $caught = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $pipe }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AuditFailed,*'
        $caught.Exception.Message | Should -Match 'a pipe'
        [System.IO.File]::Delete($pipe)
    }

    It 'is not a path of another provider: <_>' -ForEach 'Env:audit', 'Variable:audit', 'Alias:\audit' {
        (Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $_ }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        (Get-ErrorOf { Connect-Cohere -Emulator -StatePath $_ }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        (Get-ErrorOf { Start-CohereEmulator -StatePath $_ }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
    }

    It 'stays where it was when the location changes' {
        Push-Location $TestDrive
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath relative.jsonl
            $null = New-Item -ItemType Directory elsewhere
            Set-Location elsewhere
            $null = Invoke-CohereChat 'q'
            Test-Path relative.jsonl | Should -BeFalse
            Get-Content ../relative.jsonl | Should -HaveCount 1
        }
        finally {
            Pop-Location
        }
    }

    It 'is complete when two processes write it' {
        $path = Join-Path $TestDrive 'two.jsonl'
        $script = Join-Path $TestDrive 'two.ps1'
        Set-Content -LiteralPath $script -Value @"
            Import-Module '$Manifest'
            Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests -AuditPath '$path'
            `$null = 1..40 | ForEach-Object { "text `$_" } | Invoke-CohereChat -ThrottleLimit 4
"@
        $processes = 1..2 | ForEach-Object { [System.Diagnostics.Process]::Start((Get-PowerShellStartInfo '-File', $script)) }
        foreach ($process in $processes) {
            $process.WaitForExit(60000) | Should -BeTrue
            $process.ExitCode | Should -Be 0
        }

        $lines = Get-Content -LiteralPath $path
        $lines | Should -HaveCount 80
        ($lines | ConvertFrom-Json).outcome | Sort-Object -Unique | Should -Be 'Success'
        ($lines | ConvertFrom-Json).process | Sort-Object -Unique | Should -HaveCount 2
    }

    It 'is complete in a file that the user can write but not read' -Skip:(-not $IsLinux -or -not (Get-Command setpriv -ErrorAction Ignore)) {
        $path = Join-Path $TestDrive 'write-only.jsonl'
        $null = New-Item -ItemType File -Path $path
        chmod 200 $path
        $program = Get-PowerShellProgram
        $arguments = $program.ArgumentList + '-NoLogo' + '-NoProfile' + '-File' + (Join-Path $TestDrive 'write-only.ps1')
        Set-Content -LiteralPath (Join-Path $TestDrive 'write-only.ps1') -Value @"
            Import-Module '$Manifest'
            `$canRead = try { [System.IO.File]::OpenRead('$path').Dispose(); `$true } catch { `$false }
            Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests -AuditPath '$path'
            1..3 | ForEach-Object { (Invoke-CohereChat "text `$_" 3>&1) | Out-String }
            "can read: `$canRead"
"@
        # The administrator can read it, unless the process has given up this right.
        $told = if ((id -u) -eq 0) { setpriv '--bounding-set=-dac_override,-dac_read_search' $program.FilePath @arguments 2>&1 } else { & $program.FilePath @arguments 2>&1 }
        "$told" | Should -Match 'can read: False'
        "$told" | Should -Not -Match 'audit'
        chmod 600 $path
        $lines = Get-Content -LiteralPath $path
        $lines | Should -HaveCount 3
        ($lines | ConvertFrom-Json).outcome | Sort-Object -Unique | Should -Be 'Success'
    }

    It 'closes half a line of a process that was killed' {
        $path = Join-Path $TestDrive 'half.jsonl'
        [System.IO.File]::WriteAllText($path, '{"time":"2026-')
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $path
        $null = Invoke-CohereChat 'q'
        $lines = Get-Content -LiteralPath $path
        $lines | Should -HaveCount 2
        ($lines[1] | ConvertFrom-Json).operation | Should -Be 'Chat'
    }

    It 'never has the key, in whichever field it is' {
        $key = 'hush7c0e91b5d2f84a6398e1b04d7fa2c563'
        $path = Join-Path $TestDrive 'fields.jsonl'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey $key -AuditPath $path -ClientName "me $key"
        $null = Invoke-CohereChat 'q' -Model $key
        $null = Get-CohereModel -Name $key
        $null = Invoke-CohereApi "/v9/$key"
        Get-Content -LiteralPath $path | Should -HaveCount 3
        Get-Content -LiteralPath $path -Raw | Should -Not -Match $key
        Get-CohereUsage | Out-String | Should -Not -Match $key
    }
}
