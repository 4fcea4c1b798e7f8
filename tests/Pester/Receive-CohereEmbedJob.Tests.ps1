#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:emulator = Start-CohereEmulator
    Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
    $script:dataset = 1..300 | ForEach-Object { [pscustomobject] @{ text = "Ticket $_ about the printer"; id = $_; queue = "q$($_ % 3)"; Model = 'of the ticket' } } |
        New-CohereDataset -Name tickets -Type embed-input -KeepField id, queue, Model | Wait-CohereDataset -PollingIntervalSec 0.1
    $script:job = $dataset | Start-CohereEmbedJob -Model embed-english-v3.0 -EmbeddingType Float, Int8 -InputType SearchDocument | Wait-CohereEmbedJob -PollingIntervalSec 0.1
}

AfterAll {
    Restore-TestState
}

Describe 'Receive-CohereEmbedJob' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        Push-Location $folder
    }
    AfterEach { Pop-Location }

    It 'gives the embeddings in the order of the rows, as New-CohereEmbedding makes them' {
        $embeddings = $job | Receive-CohereEmbedJob

        $embeddings | Should -HaveCount 300
        $embeddings[0] | Should -BeOfType CohereShell.Embedding
        $embeddings.Index | Should -Be (0..299)
        $embeddings[299].Text | Should -Be 'Ticket 300 about the printer'
        "$($embeddings[0].Model) $($embeddings[0].Dimension)" | Should -Be 'embed-english-v3.0 1024'
        $embeddings[0].Int8.GetType() | Should -Be ([sbyte[]])
        $direct = New-CohereEmbedding 'Ticket 7 about the printer' -Model embed-english-v3.0 -InputType SearchDocument
        (Measure-CohereSimilarity $direct $embeddings[6]).Score | Should -BeGreaterThan 0.9999
    }

    It 'has the kept fields as properties, and hides none of the standard ones' {
        $embedding = Receive-CohereEmbedJob $job.JobId | Where-Object queue -EQ 'q1' | Select-Object -First 1

        $embedding.id | Should -Be 1
        $embedding.InputObject.queue | Should -Be 'q1'
        $embedding.Model | Should -Be 'embed-english-v3.0'
        $embedding.InputObject.Model | Should -Be 'of the ticket'
    }

    It 'feeds Search-CohereEmbedding and Export-CohereEmbedding' {
        $query = New-CohereEmbedding 'Ticket 42 about the printer' -Model embed-english-v3.0 -InputType SearchQuery
        $job | Receive-CohereEmbedJob | Export-CohereEmbedding vectors.arrow

        ($job | Receive-CohereEmbedJob | Search-CohereEmbedding -Query $query -Top 1).InputObject.id | Should -Be 42
        (Import-CohereEmbedding vectors.arrow)[41].InputObject.id | Should -Be 42
    }

    It 'writes a file of JSON Lines that Import-CohereEmbedding reads' {
        $file = $job | Receive-CohereEmbedJob -OutFile vectors.jsonl -PassThru

        $file.Name | Should -Be 'vectors.jsonl'
        $read = Import-CohereEmbedding vectors.jsonl
        $read | Should -HaveCount 300
        $read[6].InputObject.id | Should -Be 7
        Compare-Object $read[6].Vector ($job | Receive-CohereEmbedJob)[6].Vector -SyncWindow 0 | Should -BeNullOrEmpty
    }

    It 'has 10,000 embeddings for a file of 10,000 rows, one by one' {
        [System.IO.File]::WriteAllLines((Join-Path $folder 'tickets.jsonl'), [string[]] (1..10000 | ForEach-Object { "{`"id`":$_,`"queue`":`"q$($_ % 7)`",`"subject`":`"not kept`",`"text`":`"Ticket number $_ about the printer`"}" }))

        New-CohereDataset -Path tickets.jsonl -Type embed-input -KeepField id, queue | Wait-CohereDataset -PollingIntervalSec 0.5 |
            Start-CohereEmbedJob -Model embed-english-v3.0 | Wait-CohereEmbedJob -TimeoutSec 3600 -PollingIntervalSec 0.5 |
            Receive-CohereEmbedJob -OutFile vectors.jsonl

        $number = 0
        $sample = @{}
        $wrong = foreach ($line in [System.IO.File]::ReadLines((Join-Path $folder 'vectors.jsonl'))) {
            $number++
            # The numbers of each would take minutes here.
            $rest = ($line -replace '"embeddings":\{[^}]*\},?') | ConvertFrom-Json
            if ("$($rest.PSObject.Properties.Name) $($rest.model) $($rest.text) $($rest.id) $($rest.queue)" -cne "model text id queue embed-english-v3.0 Ticket number $number about the printer $number q$($number % 7)") { $number }
            if ($number % 1999 -eq 1) { $sample[$number] = [float[]] ($line | ConvertFrom-Json).embeddings.float }
        }

        $number | Should -Be 10000
        # The rows name their model, so the file can be searched.
        (Import-CohereEmbedding vectors.jsonl | Search-CohereEmbedding 'printer' -Top 1).Embedding.Model | Should -Be 'embed-english-v3.0'
        $wrong | Should -BeNullOrEmpty
        $sample.Count | Should -BeGreaterThan 5
        foreach ($one in $sample.Keys) {
            $direct = New-CohereEmbedding "Ticket number $one about the printer" -Model embed-english-v3.0 -InputType SearchDocument
            Compare-Object $direct.Vector $sample[$one] -SyncWindow 0 | Should -BeNullOrEmpty
        }
    }

    It 'takes the name of the file as it is' {
        $job | Receive-CohereEmbedJob -OutFile 'vectors [1].jsonl'

        Get-Content -LiteralPath 'vectors [1].jsonl' | Should -HaveCount 300
    }

    It 'writes CSV' {
        Receive-CohereEmbedJob $job.JobId -OutFile vectors.csv

        $rows = Import-Csv vectors.csv
        $rows | Should -HaveCount 300
        ($rows[6].embeddings | ConvertFrom-Json).float | Should -HaveCount 1024
    }

    It 'says that a job isn''t done, that it failed, or that it doesn''t exist' {
        $server = Open-TestServer
        try {
            $session = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -PassThru
            $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"job_id":"j-1","status":"processing","model":"m","input_dataset_id":"d","created_at":"2026-08-01T10:00:00Z","truncate":"END"}' })
            $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"job_id":"j-2","status":"cancelled","model":"m","input_dataset_id":"d","created_at":"2026-08-01T10:00:00Z","truncate":"END"}' })

            $null = 'j-1', 'j-2' | Receive-CohereEmbedJob -Session $session -ErrorVariable problems -ErrorAction SilentlyContinue

            $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be 'CohereShell.JobNotDone', 'CohereShell.JobFailed'
            $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*Wait-CohereEmbedJob -JobId j-1*'
        }
        finally {
            Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
            $server.Dispose()
        }

        (Get-ErrorOf { Receive-CohereEmbedJob nothing }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
    }

    It 'writes nothing with -WhatIf, and replaces nothing with -NoClobber' {
        $job | Receive-CohereEmbedJob -OutFile vectors.jsonl -WhatIf
        Get-ChildItem | Should -BeNullOrEmpty

        Set-Content vectors.jsonl 'old'
        (Get-ErrorOf { $job | Receive-CohereEmbedJob -OutFile vectors.jsonl -NoClobber }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
        Get-Content vectors.jsonl | Should -Be 'old'
    }

    It 'ends its request with Ctrl+C' {
        $server = Open-TestServer
        try {
            Assert-EndedByCtrlC $server 'Receive-CohereEmbedJob a-job'
        }
        finally {
            $server.Dispose()
        }
    }
}
