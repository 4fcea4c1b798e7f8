#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator -WarningAction SilentlyContinue
}

AfterAll {
    Restore-TestState
}

Describe 'Receive-CohereBatch' {
    BeforeAll {
        $script:chat = [pscustomobject] @{ Id = 'T-1'; Text = 'one' }, [pscustomobject] @{ Id = 'T-2'; Text = 'two' } |
            Start-CohereBatch -Model command-a-03-2025 -Property Text -IdProperty Id | Wait-CohereBatch -PollingIntervalSec 0.1
        $script:embed = 'one', 'emulate:400', 'three' | Start-CohereBatch -Model embed-v4.0 | Wait-CohereBatch -PollingIntervalSec 0.1
    }

    It 'outputs each answer with its request' {
        $received = $chat | Receive-CohereBatch
        $results = $received | Sort-Object Index

        $received.CustomId | Should -Be 'T-2', 'T-1' -Because 'the results come in another order than the requests'
        $results | Should -BeOfType CohereShell.BatchResult
        $results.CustomId | Should -Be 'T-1', 'T-2'
        $results.Index | Should -Be 0, 1
        $results.Message | Should -Be 'one', 'two'
        $results[1].Text | Should -BeLike '*two*'
        $results[1].Response | Should -BeOfType CohereShell.ChatResponse
        $results[1].InputObject.messages[0].content | Should -Be 'two'
        (Receive-CohereBatch $chat.BatchId).Text | Should -Be $received.Text
    }

    It 'outputs embeddings, and an error with the id for each request that failed' {
        $results = Receive-CohereBatch $embed.BatchId -ErrorVariable problems -ErrorAction SilentlyContinue | Sort-Object Index

        $results.CustomId | Should -Be '0', '2'
        $results[1].Embedding.Text | Should -Be 'three'
        $results[1].Embedding.Vector.Count | Should -Be $results[1].Embedding.Dimension
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.BatchRequestFailed,*'
        $problems[0].TargetObject.CustomId | Should -Be '1'
        $problems[0].TargetObject.InputObject.texts | Should -Be 'emulate:400'
    }

    It 'writes the results of all batches into one file' {
        $path = Join-Path $TestDrive 'results.jsonl'

        $file = $chat, $embed | Receive-CohereBatch -OutFile $path -PassThru -ErrorAction SilentlyContinue

        $file.FullName | Should -Be $path
        $rows = Get-Content $path | ConvertFrom-Json
        $rows.custom_id | Should -Be 'T-2', 'T-1', '2', '0'
        $rows[1].text | Should -BeLike '*one*'
        $rows[1].input.messages[0].content | Should -Be 'one'
        $rows[2].input.texts | Should -Be 'three'
    }

    It 'takes the name of the file as it is' {
        $path = Join-Path $TestDrive 'results [1].jsonl'

        $chat | Receive-CohereBatch -OutFile $path

        Get-Content -LiteralPath $path | Should -HaveCount 2
    }

    It 'has 10,000 results for a file of 10,000 rows, one by one' {
        $from = Join-Path $TestDrive 'rows.jsonl'
        $to = Join-Path $TestDrive 'answers.jsonl'
        [System.IO.File]::WriteAllLines($from, [string[]] (1..10000 | ForEach-Object { "{`"custom_id`":`"row-$_`",`"body`":{`"messages`":[{`"role`":`"user`",`"content`":`"Question $_.`"}]}}" }))

        Start-CohereBatch -Path $from -Model command-a-03-2025 | Wait-CohereBatch -PollingIntervalSec 0.5 | Receive-CohereBatch -OutFile $to

        $numbers = [System.Collections.Generic.HashSet[int]]::new()
        $wrong = foreach ($line in [System.IO.File]::ReadLines($to)) {
            $result = $line | ConvertFrom-Json
            $number = [int] ($result.custom_id -replace 'row-')
            $isNew = $numbers.Add($number)
            if (-not $isNew -or $result.input.messages[0].content -cne "Question $number." -or $result.text -notlike "*`"Question $number.`"*") { $number }
        }

        $numbers.Count | Should -Be 10000
        $wrong | Should -BeNullOrEmpty
    }

    It 'leaves a file as it was where not all results can be had' {
        $path = Join-Path $TestDrive 'kept.jsonl'
        Set-Content $path 'before'

        $chat.BatchId, 'nope' | Receive-CohereBatch -OutFile $path -ErrorVariable problems -ErrorAction SilentlyContinue -WarningVariable warnings -WarningAction SilentlyContinue

        Get-Content $path | Should -Be 'before'
        @(Get-ChildItem $TestDrive -Filter '*.tmp') | Should -BeNullOrEmpty
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $warnings | Should -HaveCount 1
    }

    It 'writes nothing with -WhatIf, and replaces nothing with -NoClobber' {
        $path = Join-Path $TestDrive 'whatif.jsonl'
        $chat | Receive-CohereBatch -OutFile $path -WhatIf
        $path | Should -Not -Exist
        Set-Content $path 'before'
        (Get-ErrorOf { $chat | Receive-CohereBatch -OutFile $path -NoClobber }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
    }

    It 'says how to wait for a batch that is not done' {
        $batch = 'one' | Start-CohereBatch -Model command-a-03-2025
        $server = Open-TestServer
        try {
            $server.Default = [CohereShellTests.Answer] @{ Body = '{"batch":{"id":"b","status":"BATCH_STATUS_IN_PROGRESS"}}' }
            $session = Connect-CohereElsewhere $server.BaseUri
            $problem = Get-ErrorOf { Receive-CohereBatch b -Session $session }
            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.JobNotDone,*'
            $problem.ErrorDetails.RecommendedAction | Should -BeLike '*Wait-CohereBatch -BatchId b*'
        }
        finally {
            $server.Dispose()
        }

        ($batch | Wait-CohereBatch -PollingIntervalSec 0.1 | Receive-CohereBatch).Message | Should -Be 'one'
    }

    It 'gives the results without the requests where those are deleted' {
        $batch = 'one' | Start-CohereBatch -Model command-a-03-2025 | Wait-CohereBatch -PollingIntervalSec 0.1
        Remove-CohereDataset $batch.InputDatasetId -Confirm:$false

        $result = $batch | Receive-CohereBatch -WarningVariable warnings -WarningAction SilentlyContinue

        $result.Text | Should -BeLike '*one*'
        $result.InputObject | Should -BeNullOrEmpty
        $warnings | Should -HaveCount 1
    }
}

Describe 'Receive-CohereBatch and Ctrl+C' {
    It 'ends' {
        $server = Open-TestServer
        try {
            Assert-EndedByCtrlC $server 'Receive-CohereBatch b'
        }
        finally {
            $server.Dispose()
        }
    }
}
