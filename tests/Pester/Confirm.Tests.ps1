#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    $cases = @(
        @{ Name = 'Invoke-CohereChat'; Script = 'Invoke-CohereChat hello -Confirm' }
        @{ Name = 'Invoke-CohereChat -Stream'; Script = 'Invoke-CohereChat hello -Stream -Confirm' }
        @{ Name = 'questions from the pipeline'; Script = '"a", "b", "c" | Invoke-CohereChat -Confirm' }
        @{ Name = 'rows'; Script = '$rows | Invoke-CohereChat -Prompt "Classify: {A}" -Confirm' }
        @{ Name = 'rows to a file'; Script = '$rows | Invoke-CohereChat -Prompt "Classify: {A}" -OutFile answers.jsonl -Force -Confirm' }
        @{ Name = 'New-CohereEmbedding'; Script = '"a", "b" | New-CohereEmbedding -Confirm' }
        @{ Name = 'New-CohereEmbedding to a file'; Script = '"a", "b" | New-CohereEmbedding -OutFile answers.jsonl -Force -Confirm' }
        @{ Name = 'Update-CohereIndex'; Script = 'Update-CohereIndex kb.arrow text.txt -Confirm' }
        @{ Name = 'Search-CohereIndex'; Script = 'Search-CohereIndex found.arrow q -Rerank -Confirm' }
        @{ Name = 'Search-CohereEmbedding -Path'; Script = 'Search-CohereEmbedding q -Path found.arrow -Confirm' }
        @{ Name = 'Search-CohereEmbedding'; Script = 'Import-CohereEmbedding found.arrow | Search-CohereEmbedding q -Confirm' }
        @{ Name = 'Invoke-CohereRerank'; Script = '"a", "b" | Invoke-CohereRerank q -Confirm' }
        @{ Name = 'Invoke-CohereClassification'; Script = '"a", "b" | Invoke-CohereClassification -Model m -Confirm' }
        @{ Name = 'Invoke-CohereTranscription'; Script = 'Invoke-CohereTranscription a.wav en -Confirm' }
        @{ Name = 'Invoke-CohereTranscription to a file'; Script = 'Invoke-CohereTranscription a.wav en -OutFile answers.jsonl -Force -Confirm' }
        @{ Name = 'Invoke-CohereParse'; Script = 'Invoke-CohereParse a.png, b.png -Confirm'; Asks = 2 }
        @{ Name = 'Invoke-CohereParse to a file'; Script = 'Invoke-CohereParse a.png, b.png -OutFile answers.jsonl -Force -Confirm'; Asks = 2 }
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    if (-not ('CohereShellTests.TestHost' -as [type])) {
        Add-Type -TypeDefinition (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'TestHost.cs') -Raw)
    }

    [System.IO.File]::WriteAllBytes((Join-Path $TestDrive 'a.wav'), [byte[]] (1..100))
    Set-Content -LiteralPath (Join-Path $TestDrive 'text.txt') -Value 'text'
    foreach ($name in 'a.png', 'b.png') {
        [System.IO.File]::WriteAllBytes((Join-Path $TestDrive $name), (Get-TestPng))
    }

    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"1","embeddings":{"base64":["AACAPwAAAAA="]},"meta":{"billed_units":{"input_tokens":2}}}' })
    $null = Update-CohereIndex (Join-Path $TestDrive 'found.arrow') -Source (Join-Path $TestDrive 'text.txt')

    # Runs a script whose questions get these answers. 0: yes, 1: yes to all, 2: no, 3: no to all.
    function Invoke-Answered {
        param([Parameter(Mandatory)] [string] $Script, [Parameter(Mandatory)] [string[]] $Answer)
        $editor = [CohereShellTests.TestHost]::new($Answer)
        $shell = [powershell]::Create()
        $shell.Runspace = [runspacefactory]::CreateRunspace($editor)
        $shell.Runspace.Open()
        try {
            $null = $shell.AddScript("
                Import-Module '$Manifest'
                Set-Location -LiteralPath '$TestDrive'
                Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests
                `$rows = 1..3 | ForEach-Object { [pscustomobject] @{ A = `$_ } }
                $Script").Invoke()
            [pscustomobject] @{
                Asked = [regex]::Matches($editor.Screen, 'Are you sure you want to perform this action\?').Count
                Screen = $editor.Screen
                Errors = @($shell.Streams.Error | ForEach-Object FullyQualifiedErrorId)
            }
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe '-Confirm' {
    BeforeEach {
        $server.Reset()
        $script:file = Join-Path $TestDrive 'answers.jsonl'
        Set-Content -LiteralPath $file -Value '{"Id":"kept"}'
    }

    It 'sends nothing and changes no file after No to All: <Name>' -ForEach $cases {
        $result = Invoke-Answered $Script -Answer '3'

        $result.Asked | Should -Be 1
        $result.Errors | Should -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty
        Get-Content -LiteralPath $file | Should -Be '{"Id":"kept"}'
    }

    It 'sends nothing and changes no file after No: <Name>' -ForEach $cases {
        $result = Invoke-Answered $Script -Answer '2', '2'

        $result.Asked | Should -Be $(if ($Asks) { $Asks } else { 1 })
        $result.Errors | Should -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty
        Get-Content -LiteralPath $file | Should -Be '{"Id":"kept"}'
    }

    It 'sends after Yes to All, and asks once: <Name>' -ForEach $cases {
        $result = Invoke-Answered $Script -Answer '1'

        $result.Asked | Should -Be 1
        $server.Requests.Count | Should -BeGreaterThan 0
    }

    It 'does not ask with -Confirm:$false: <Name>' -ForEach $cases {
        $result = Invoke-Answered ($Script -replace '-Confirm$', '-Confirm:$false') -Answer '3'

        $result.Asked | Should -Be 0
        $server.Requests.Count | Should -BeGreaterThan 0
    }

    It 'parses only the images for which the answer is Yes' {
        $null = Invoke-Answered 'Invoke-CohereParse a.png, b.png -Confirm' -Answer '2', '0'

        $server.Requests | Should -HaveCount 1
    }

    It 'does not ask with -WhatIf, or if nothing comes through the pipeline: <Script>' -ForEach @(
        @{ Script = 'Invoke-CohereChat hello -WhatIf -Confirm' }
        @{ Script = '"a" | New-CohereEmbedding -WhatIf -Confirm' }
        @{ Script = '@() | New-CohereEmbedding -Confirm' }
        @{ Script = '@() | Invoke-CohereChat -Prompt "{A}" -Confirm' }
    ) {
        (Invoke-Answered $Script -Answer '3').Asked | Should -Be 0
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'is an error where no one can be asked' {
        $told = Invoke-InOtherProcess "Import-Module `$Manifest; Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests; try { Invoke-CohereChat hello -Confirm } catch { `$_.Exception.Message }"

        $told -join "`n" | Should -Match 'NonInteractive'
        $server.Requests | Should -BeNullOrEmpty
    }
}

Describe '-Confirm with the emulator of the session' {
    It 'names the emulator and not an address that does not exist' {
        $answered = Invoke-Answered -Script 'Connect-Cohere -Emulator; "a" | New-CohereEmbedding -Confirm' -Answer 2

        $answered.Screen | Should -BeLike '*the emulator in this process*'
        $answered.Screen | Should -Not -BeLike '*http://localhost*'
    }
}
