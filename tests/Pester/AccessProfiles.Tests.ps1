#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# An access profile holds, whatever a request contains.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    $script:key = @{ BaseUri = $server.BaseUri; ApiKey = 'a-key-for-tests' }

    function New-Profile {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It is for the tests.')]
        param([Parameter(Mandatory)] [string] $Text)
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).psd1"
        Set-Content -LiteralPath $path -Value $Text -Encoding utf8
        $path
    }

    $script:agent = New-Profile "@{ Name = 'search-agent'; Operations = @{ Chat = 'Full'; Embed = 'Full'; Models = 'Read' }; Models = 'command-a-*', 'embed-v4.0' }"
    $script:everything = New-Profile "@{ Name = 'one-model'; Operations = @{ Chat = 'Full'; Embeddings = 'Full'; Rerank = 'Full'; Classify = 'Full'; Parse = 'Full'; Tokens = 'Full'; Models = 'Full'; Audio = 'Full'; Datasets = 'Full'; EmbedJobs = 'Full'; Batches = 'Full'; FineTuning = 'Full'; Legacy = 'Full'; Other = 'Full' }; Models = 'allowed' }"
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'An access profile' {
    BeforeEach { $server.Reset() }

    It 'allows what it names, and nothing else' {
        Connect-Cohere @key -AccessProfile $agent
        $null = Invoke-CohereChat hello
        $null = Get-CohereModel
        $server.Requests.Count | Should -Be 2
        foreach ($command in { Invoke-CohereRerank q -Document a }, { Remove-CohereDataset x -Confirm:$false }, { Get-CohereDataset }, { Test-CohereApiKey }, { Invoke-CohereApi /v9/unknown }, { Invoke-CohereApi /v1/embed -Method POST -Body @{ model = 'embed-v4.0' } }) {
            (Get-ErrorOf $command).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*' -Because $command
        }

        $server.Requests.Count | Should -Be 2
    }

    It 'gives the name of an operation precedence over its group' {
        Connect-Cohere @key -AccessProfile (New-Profile "@{ Name = 'a'; Operations = @{ Datasets = 'Full'; DeleteDataset = 'Off' } }")
        $null = Get-CohereDataset
        (Get-ErrorOf { Remove-CohereDataset x -Confirm:$false }).Exception.Message | Should -Be "The operation DeleteDataset isn't allowed in this session: the access profile 'a' has DeleteDataset = 'Off'."
    }

    It 'allows only operations that read with Read' {
        Connect-Cohere @key -AccessProfile (New-Profile "@{ Name = 'a'; Operations = @{ datasets = 'read' } }")
        $null = Get-CohereDataset
        (Get-ErrorOf { Remove-CohereDataset x -Confirm:$false }).Exception.Message | Should -BeLike "*it isn't read-only, and the access profile 'a' has Datasets = 'Read'."
    }

    It 'does not allow a path that a server could read as a denied operation' {
        Connect-Cohere @key -AccessProfile (New-Profile "@{ Name = 'a'; Operations = @{ Other = 'Full' }; Models = '*' }")
        (Get-ErrorOf { Invoke-CohereApi /v2/chat -Method PUT -Body @{ model = 'm' } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        $null = Invoke-CohereApi /v9/unknown
        $server.Requests.Count | Should -Be 1
    }

    It 'is shown by Get-CohereSession' {
        Connect-Cohere @key -AccessProfile $agent
        $session = Get-CohereSession
        $session.AccessProfile.Name | Should -Be search-agent
        $session.AccessProfile.Path | Should -Be $agent
        $session.AllowModel | Should -Be 'command-a-*', 'embed-v4.0'
        $shown = $session | Out-String -Width 300
        $shown | Should -Match 'AccessProfile\s*: search-agent \('
        $shown | Should -Match 'AllowModel\s*: command-a-\*, embed-v4\.0'
    }

    It 'sets the audit file, below its own folder' {
        Connect-Cohere @key -AccessProfile (New-Profile "@{ Name = 'a'; Operations = @{ Models = 'Read' }; AuditPath = './profile-audit.jsonl' }")
        $null = Get-CohereModel
        (Get-CohereSession).AuditPath | Should -Be (Join-Path $TestDrive 'profile-audit.jsonl')
        @(Get-CohereAudit).Count | Should -Be 1
    }
}

Describe 'The models of an access profile' {
    BeforeEach {
        $server.Reset()
        $script:audit = Join-Path $TestDrive "audit-$([guid]::NewGuid()).jsonl"
        Connect-Cohere @key -AccessProfile $everything -AuditPath $audit -WarningAction SilentlyContinue
    }

    It 'are the only ones that are sent: <Call>' -ForEach @(
        @{ Call = { Invoke-CohereChat hello } }
        @{ Call = { Invoke-CohereChat hello -Stream } }
        @{ Call = { Invoke-CohereChat hello -Model allowed-2 } }
        @{ Call = { Invoke-CohereChat hello -Model allowed -AdditionalProperty @{ Model = 'other' } } }
        @{ Call = { Invoke-CohereChat hello -Model allowed -AdditionalProperty @{ MODEL = $null } } }
        @{ Call = { Invoke-CohereChat hello -Model allowed -AdditionalProperty @{ Model = @('allowed') } } }
        @{ Call = { New-CohereEmbedding hello } }
        @{ Call = { Invoke-CohereRerank q -Document a, b } }
        @{ Call = { ConvertTo-CohereToken hello -Model other } }
        @{ Call = { ConvertFrom-CohereToken 1, 2 -Model other } }
        @{ Call = { Get-CohereModel other } }
        @{ Call = { Start-CohereEmbedJob -DatasetId x -Model other } }
        @{ Call = { Start-CohereEmbedJob -DatasetId x } }
        @{ Call = { New-CohereFineTunedModel -Name n -DatasetId x -BaseType Chat -BaseModel other } }
        @{ Call = { Remove-CohereFineTunedModel x -Confirm:$false } }
        @{ Call = { Get-CohereFineTunedModel other } }
        @{ Call = { Invoke-CohereApi /v2/chat -Method POST -Body @{ messages = @() } } }
        @{ Call = { Invoke-CohereApi /v1/chat -Method POST -Body @{ message = 'x' } } }
        @{ Call = { Invoke-CohereApi /v1/classify -Method POST -Body @{ inputs = @() } } }
        @{ Call = { Invoke-CohereApi /v1/generate -Method POST -Body @{ prompt = 'x' } } }
        @{ Call = { Invoke-CohereApi /v2/chat -Method POST } }
        @{ Call = { Invoke-CohereApi /v2/batches -Method POST -Body @{ model = 'other'; name = 'n' } } }
        @{ Call = { Invoke-CohereApi /gateway/v2/chat -Method POST -Body @{ model = 'other' } } }
        @{ Call = { Invoke-CohereApi /v9/unknown -Method POST -Body @{ model = 'other' } } }
        @{ Call = { Invoke-CohereApi /v9/unknown -Method POST -Body @{ text = 'x' } } }
        @{ Call = { Invoke-CohereApi '/v2/chat?model=other' -Method POST -Body @{ model = 'allowed' } } }
        @{ Call = { Invoke-CohereApi '/v2/chat?mod%65l=other' -Method POST -Body @{ model = 'allowed' } } }
        @{ Call = { Invoke-CohereApi /v2/chat -Method POST -Query @{ Model = 'other' } -Body @{ model = 'allowed' } } }
        @{ Call = { Invoke-CohereApi /v1/models/other } }
        @{ Call = { Invoke-CohereApi /v1/models/oth%65r } }
        @{ Call = { Invoke-CohereApi /v1/finetuning/finetuned-models/other -Method PATCH -Body @{ name = 'allowed' } } }
        @{ Call = { Invoke-CohereApi /v1/finetuning/finetuned-models -Method POST -Body @{ name = 'allowed'; settings = @{ base_model = @{ name = 'other' } } } } }
        @{ Call = { Invoke-CohereApi /v1/finetuning/finetuned-models -Method POST -Body @{ name = 'allowed'; Settings = @{ baseModel = @{ Name = 'other' } } } } }
        @{ Call = { Invoke-CohereApi /v1/finetuning/finetuned-models -Method POST -Body @{ name = 'allowed'; settings = @{ base_model = @{ base_type = 'BASE_TYPE_CHAT' } } } } }
    ) {
        $caught = Get-ErrorOf $Call
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        $caught.Exception.Message | Should -BeLike '*allows only these models: allowed.'
        $server.Requests | Should -BeNullOrEmpty
        (Get-CohereAudit $audit | Select-Object -Last 1).Reason | Should -Be Model
    }

    It 'are checked in a body that is a text: <_>' -ForEach @(
        '{"model":"allowed","model":"other"}', '{"model":"other","model":"allowed"}', '{"model":"allowed","Model":"other"}', '{"MODEL":"other","model":"allowed"}',
        '{"model":"allowed","mod\u0065l":"other"}', '{"m\u006fdel":"other"}', '{"model":"allowed","model":null}', '{"model":"allowed","model ":"other"}', '{"model":["allowed"]}', '{"model":{"model":"allowed"}}',
        '{"model":"allowed "}', '{"model":" allowed"}', '{"model":"allowed\u0000"}', '{"model":"allowed\n"}', '{"model":""}', '[{"model":"allowed"}]', '"allowed"', '{"messages":[{"model":"allowed"}]}'
    ) {
        $caught = Get-ErrorOf { Invoke-CohereApi /v2/chat -Method POST -Body $_ }
        $caught.FullyQualifiedErrorId | Should -Match '^CohereShell\.(NotAllowed|NotJson|InvalidValue|InvalidJson),'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'are sent if they are allowed: <Call>' -ForEach @(
        @{ Call = { Invoke-CohereChat hello -Model allowed } }
        @{ Call = { Invoke-CohereChat hello -Model ALLOWED } }
        @{ Call = { Invoke-CohereApi /v2/chat -Method POST -Body '{"messages":[{"content":"the model: {\"model\":\"other\"}"}],"model":"allowed"}' } }
        @{ Call = { Invoke-CohereApi /v1/models/allowed } }
        @{ Call = { Invoke-CohereApi /v1/models } }
        @{ Call = { Invoke-CohereApi /v9/unknown } }
    ) {
        $null = & $Call
        $server.Requests.Count | Should -Be 1
    }

    It 'are checked for audio too' {
        $file = Join-Path $TestDrive 'a.wav'
        [System.IO.File]::WriteAllBytes($file, [System.Text.Encoding]::ASCII.GetBytes('RIFF....WAVEfmt '))
        (Get-ErrorOf { Invoke-CohereTranscription $file -Language en }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        (Get-ErrorOf { Invoke-CohereTranscription $file -Language en -Model allowed -AdditionalProperty @{ Model = 'other' } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        $server.Requests | Should -BeNullOrEmpty
    }
}

Describe 'The file of an access profile' {
    It 'is refused: <Expected>' -ForEach @(
        @{ Text = "@{ Operations = @{ Models = 'Read' } }"; Expected = 'The key Name is missing.' }
        @{ Text = "@{ Name = 'a' }"; Expected = 'The key Operations is missing.' }
        @{ Text = "@{ Name = 'a'; Operatons = @{ Models = 'Read' } }"; Expected = "'Operatons' isn't a key of an access profile. Did you mean Operations?" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Modles = 'Read' } }"; Expected = "'Modles' in Operations isn't the name of an operation or a group. Did you mean Models?" }
        @{ Text = "@{ Name = 'a'; Operations = @{ 'Mod*' = 'Read' } }"; Expected = "'Mod`*' in Operations isn't the name of an operation or a group.*" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = 'Raed' } }"; Expected = "The access of 'Models' is 'Raed'. Use Off, Read or Full. Did you mean Read?" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = 2 } }"; Expected = "The access of 'Models' is '2'. Use Off, Read or Full." }
        @{ Text = "@{ Name = 'a'; Operations = @{ Chat = 'Read' }; Models = '*' }"; Expected = "'Chat' has no operation that only reads, so Read would allow nothing. Use Off or Full." }
        @{ Text = "@{ Name = 'a'; Operations = @{ Chat = 'Full' } }"; Expected = "The profile allows Chat, which uses a model, but it has no Models. To allow all models, add Models = '*'." }
        @{ Text = "@{ Name = 'a'; Operations = @{ Chat = 'Full' }; Models = '' }"; Expected = "Models must be the name of a model, or a list of names, *" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Chat = 'Full' }; Models = 'a', 5 }"; Expected = "Models must be the name of a model, or a list of names, *" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Chat = 'Full' }; Models = @{ a = 'b' } }"; Expected = "Models must be the name of a model, or a list of names, *" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = `$null } }"; Expected = "The access of 'Models' isn't one word. Use Off, Read or Full." }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = 'Off', 'Read' } }"; Expected = "The access of 'Models' isn't one word. Use Off, Read or Full." }
        @{ Text = "@{ Name = 'a`n$([char]27)[31mb'; Operations = @{ Models = 'Read' } }"; Expected = 'The Name of the profile contains line breaks or other control characters.' }
        @{ Text = "@{ Name = 'a'; Operations = 'Chat' }"; Expected = "Operations isn't a hashtable, such as *" }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = 'Read' }; BudgetLimit = '5' }"; Expected = "BudgetLimit isn't a number greater than 0." }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = 'Read' }; BudgetLimit = 0 }"; Expected = "BudgetLimit isn't a number greater than 0." }
        @{ Text = "@{ Name = 'a'; Operations = @{ Models = 'Read' }; CallLimit = 1.5 }"; Expected = "CallLimit isn't a whole number." }
        @{ Text = "@{ Name = 'a'; Name = 'b' }"; Expected = 'Line 1: *' }
        @{ Text = "@{ Name = (Set-Content ran.txt 1) }"; Expected = 'It can contain only constants: *' }
        @{ Text = '@{ Name = $env:USER; Operations = @{} }'; Expected = 'It can contain only constants: *' }
        @{ Text = "@{ Name = `"`$(Set-Content ran.txt 1)`" }"; Expected = 'It can contain only constants: *' }
        @{ Text = "Set-Content ran.txt 1; @{ Name = 'a' }"; Expected = 'It must contain exactly one hashtable, *' }
        @{ Text = "@{ Name = 'a' }.Count"; Expected = 'It must contain exactly one hashtable, *' }
        @{ Text = "@{ Name = 'a' } | Out-File x"; Expected = 'It must contain exactly one hashtable, *' }
        @{ Text = '# nothing'; Expected = 'It must contain exactly one hashtable, *' }
        @{ Text = '@{ Name = '; Expected = 'Line 1: *' }
    ) {
        Push-Location $TestDrive
        try {
            $caught = Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile (New-Profile $Text) }
        }
        finally {
            Pop-Location
        }

        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AccessProfileNotValid,*'
        $caught.Exception.Message | Should -BeLike "The access profile '*' can't be used. $Expected"
        Join-Path $TestDrive 'ran.txt' | Should -Not -Exist
    }

    It 'limits the budget and the number of calls, and a parameter can only lower them' {
        $limited = New-Profile "@{ Name = 'a'; Operations = @{ Chat = 'Full' }; Models = '*'; BudgetLimit = 0.5; CallLimit = 2 }"
        $session = Connect-Cohere -Emulator -AccessProfile $limited -PassThru
        $session.BudgetLimit | Should -Be 0.5
        $session.CallLimit | Should -Be 2
        $null = 1..2 | ForEach-Object { Invoke-CohereChat 'q' }
        (Get-ErrorOf { Invoke-CohereChat 'q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        (Connect-Cohere -Emulator -AccessProfile $limited -BudgetLimit 0.1 -PassThru).BudgetLimit | Should -Be 0.1
        (Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile $limited -BudgetLimit 1 }).Exception.Message | Should -BeLike '*allows at most 0.5 US dollars.'
        (Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile $limited -CallLimit 3 }).Exception.Message | Should -BeLike '*allows at most 2 calls.'
        (Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile $limited -Price @{ 'command-a-03-2025' = @{ InputTokensPerMillion = 0 } } }).Exception.Message | Should -BeLike '*has a BudgetLimit*'
    }

    It 'is a file that is read: the error for another path doesn''t speak of writing' {
        $caught = Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile Env:PATH }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $caught.ErrorDetails.RecommendedAction | Should -Not -Match 'write'
    }

    It 'is named in the advice if its audit file can''t be written' {
        $caught = Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile (New-Profile "@{ Name = 'a'; Operations = @{ Models = 'Read' }; AuditPath = 'none/audit.jsonl' }") }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AuditFailed,*'
        $caught.ErrorDetails.RecommendedAction | Should -BeLike '*change AuditPath in the profile.'
    }

    It 'must exist' {
        (Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile (Join-Path $TestDrive 'none.psd1') }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
    }

    It 'is read again for each connection, and the session keeps what it read' {
        $path = New-Profile "@{ Name = 'a'; Operations = @{ Models = 'Read' } }"
        Connect-Cohere -Emulator -AccessProfile $path
        Set-Content -LiteralPath $path -Value "@{ Name = 'a'; Operations = @{ Chat = 'Full' }; Models = '*' }"
        (Get-ErrorOf { Invoke-CohereChat hello }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
    }
}

Describe 'An access profile with other parameters' {
    It 'cannot be loosened: <Name>' -ForEach @(
        @{ Name = '-AllowOperation'; With = @{ AllowOperation = 'Rerank' } }
        @{ Name = '-AllowOperation *'; With = @{ AllowOperation = '*' } }
        @{ Name = '-AuditPath'; With = @{ AuditPath = 'other.jsonl' } }
        @{ Name = '-Access Write'; With = @{ Access = 'Write' }; Text = "@{ Name = 'a'; Operations = @{ Models = 'Read' } }" }
    ) {
        $written = if ($Text) { $Text } else { "@{ Name = 'a'; Operations = @{ Chat = 'Full'; Models = 'Read' }; Models = '*'; AuditPath = 'audit.jsonl' }" }
        if ($With.AuditPath) {
            $With.AuditPath = Join-Path $TestDrive $With.AuditPath
        }

        (Get-ErrorOf { Connect-Cohere -Emulator -AccessProfile (New-Profile $written) @With }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'can be restricted: <Name>' -ForEach @(
        @{ Name = '-AllowOperation'; With = @{ AllowOperation = 'ListModels' } }
        @{ Name = '-DenyOperation'; With = @{ DenyOperation = 'Chat' } }
        @{ Name = '-Access'; With = @{ Access = 'Read' } }
    ) {
        Connect-Cohere -Emulator -AccessProfile $agent @With
        (Get-ErrorOf { Invoke-CohereChat hello }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        Get-CohereModel | Should -Not -BeNullOrEmpty
    }

    It 'accepts the audit file of the profile' {
        $path = Join-Path $TestDrive 'same.jsonl'
        Connect-Cohere -Emulator -AccessProfile (New-Profile "@{ Name = 'a'; Operations = @{ Models = 'Read' }; AuditPath = 'same.jsonl' }") -AuditPath $path
        (Get-CohereSession).AuditPath | Should -Be $path
    }
}

Describe 'Get-CohereOperation' {
    AfterEach { Disconnect-Cohere }

    It 'shows what the session allows' {
        Connect-Cohere -Emulator -AccessProfile $agent
        $operations = Get-CohereOperation
        ($operations | Where-Object Allowed).Name | Should -Be 'Chat', 'ChatV1', 'Embed', 'ListModels', 'GetModel'
        ($operations | Where-Object Name -EQ Rerank).AllowedReason | Should -BeLike "*the access profile 'search-agent' doesn't name it."
        ($operations | Where-Object Name -EQ Chat).AllowedReason | Should -BeNullOrEmpty
        (Get-CohereOperation Rerank | Out-String -Width 80) | Should -Match 'denied'
        (Get-CohereOperation Chat | Out-String -Width 80) | Should -Not -Match 'denied'
    }

    It 'shows it for another session with -Session' {
        $session = Connect-Cohere -Emulator -Access Read -PassThru
        Connect-Cohere -Emulator
        (Get-CohereOperation Chat -Session $session).Allowed | Should -BeFalse
        (Get-CohereOperation Chat).Allowed | Should -BeTrue
        $session.Dispose()
    }

    It 'is empty without a session' {
        (Get-CohereOperation Chat).Allowed | Should -BeNullOrEmpty
        (Get-CohereOperation Chat).AllowedReason | Should -BeNullOrEmpty
    }
}
