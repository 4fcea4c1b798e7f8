#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    function Get-TestEmbedding {
        param([int] $Count = 3, [hashtable] $With = @{}, [int] $Dimension = 3)
        for ($i = 0; $i -lt $Count; $i++) {
            [CohereShell.Embedding] (@{ Index = $i; Text = "text $i"; Model = 'embed-v4.0'; InputType = 'SearchDocument'; Vector = [float[]] (@($i) * $Dimension) } + $With)
        }
    }
}

AfterAll {
    Restore-TestState
}

Describe 'Import-CohereEmbedding' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:jsonl = Join-Path $folder 'a.jsonl'
        $script:arrow = Join-Path $folder 'a.arrow'
    }

    It 'gives back what was exported to <_>' -ForEach 'a.jsonl', 'a.arrow' {
        $path = Join-Path $folder $_
        $written = [CohereShell.Embedding] @{
            Index       = 5
            Text        = "Grüße`n😀"
            Path        = 'a.txt'
            Model       = 'embed-v4.0'
            InputType   = 'Clustering'
            Vector      = [float[]] (0.1, -0.0, 1e-45, 3.4e38, 0, 0, 0, 1)
            Int8        = [sbyte[]] (1, -128, 127, 0, 0, 0, 0, 0)
            Uint8       = [byte[]] (0, 255, 3, 0, 0, 0, 0, 0)
            Binary      = [sbyte[]] (-128)
            Ubinary     = [byte[]] (255)
            InputObject = [pscustomobject] @{ Name = 'SRV01'; Id = 4625; Tags = 'a', 'b'; At = '2026-08-01T10:00:00Z'; Nothing = $null }
        }
        $written | Export-CohereEmbedding $path

        $read = Import-CohereEmbedding $path

        $read | Should -BeOfType CohereShell.Embedding
        foreach ($property in 'Index', 'Text', 'Path', 'Model', 'InputType', 'Int8', 'Uint8', 'Binary', 'Ubinary', 'Base64', 'Dimension') {
            $read.$property | Should -BeExactly $written.$property -Because $property
        }

        $read.Vector.ForEach({ [BitConverter]::ToInt32([BitConverter]::GetBytes($_), 0) }) | Should -Be $written.Vector.ForEach({ [BitConverter]::ToInt32([BitConverter]::GetBytes($_), 0) })
        $read.InputObject | Should -BeOfType pscustomobject
        $read.InputObject.PSObject.Properties.Name | Should -Be 'Name', 'Id', 'Tags', 'At', 'Nothing'
        $read.InputObject.Id | Should -Be 4625
        $read.InputObject.Tags | Should -Be 'a', 'b'
        $read.InputObject.At | Should -BeOfType string
    }

    It 'gives a hashtable where names differ by case only' {
        Set-Content -LiteralPath $jsonl -Value '{"embeddings":{"float":[1]},"input_object":{"a":1,"A":2}}'

        $read = Import-CohereEmbedding $jsonl

        $read.InputObject['a'] | Should -Be 1
        $read.InputObject['A'] | Should -Be 2
    }

    It 'reads the results of an embed job, and keeps their other fields' {
        Set-Content -LiteralPath $jsonl -Encoding utf8 -Value @(
            '{"text":"one","embeddings":{"float":[0.5,1],"int8":null},"source":"a.txt","page":3}'
            '{"text":"two","embeddings":{"float":[1,0]}}'
        )

        $read = Import-CohereEmbedding $jsonl

        $read.Text | Should -Be 'one', 'two'
        $read.Index | Should -Be 0, 1
        $read[0].InputObject.source | Should -Be 'a.txt'
        $read[0].InputObject.page | Should -Be 3
        ($read | Search-CohereEmbedding (1, 0) -Top 1).Text | Should -Be 'two'
    }

    It 'tells the form by the content, not by the name' {
        Get-TestEmbedding | Export-CohereEmbedding $jsonl -Format Arrow

        Import-CohereEmbedding $jsonl | Should -HaveCount 3
    }

    It 'takes wildcards, several paths, strings and files from the pipeline' {
        Get-TestEmbedding 1 | Export-CohereEmbedding $jsonl
        Get-TestEmbedding 2 | Export-CohereEmbedding $arrow

        Import-CohereEmbedding (Join-Path $folder 'a.*') | Should -HaveCount 3
        Import-CohereEmbedding $jsonl, $arrow | Should -HaveCount 3
        $jsonl, $arrow | Import-CohereEmbedding | Should -HaveCount 3
        Get-ChildItem -LiteralPath $folder | Import-CohereEmbedding | Should -HaveCount 3
        [System.IO.FileInfo] $arrow | Import-CohereEmbedding | Should -HaveCount 2
    }

    It 'writes an error for a file that doesn''t exist, and continues with the others' {
        Get-TestEmbedding | Export-CohereEmbedding $arrow

        $read = (Join-Path $folder 'no.arrow'), (Join-Path $folder 'no*.arrow'), $arrow | Import-CohereEmbedding -ErrorVariable problems -ErrorAction SilentlyContinue

        $read | Should -HaveCount 3
        $problems | Should -HaveCount 2
        foreach ($problem in $problems) {
            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
            $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        }

        (Get-ErrorOf { Import-CohereEmbedding -LiteralPath (Join-Path $folder 'no.arrow') }).CategoryInfo.Category | Should -Be 'ObjectNotFound'
        (Get-ErrorOf { Import-CohereEmbedding Env:\PATH }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAFile,*'
        (Get-ErrorOf { Import-CohereEmbedding $folder }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAFile,*'
    }

    It 'writes an error for a bad line with its number, and continues with the others' {
        Set-Content -LiteralPath $jsonl -Value '{"embeddings":{"float":[1]}}', 'no JSON', '{"embeddings":{"float":[2]}}'

        $read = Import-CohereEmbedding $jsonl -ErrorVariable problems -ErrorAction SilentlyContinue

        $read.Index | Should -Be 0, 2
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmbeddingNotReadable,*'
        $problems[0] | Should -BeLike "*$jsonl*Line 2*"
        $problems[0].TargetObject | Should -Be $jsonl
    }

    It 'writes an error for damaged records, and continues with the others' {
        Get-TestEmbedding 1500 -Dimension 512 | Export-CohereEmbedding $arrow
        $bytes = [System.IO.File]::ReadAllBytes($arrow)
        # The last bytes of the text of batches: where a text ends.
        $start = [System.Text.Encoding]::Latin1.GetString($bytes).IndexOf('text 0text 1')
        $bytes[$start - 64] = 0xff
        [System.IO.File]::WriteAllBytes($arrow, $bytes)

        $read = Import-CohereEmbedding $arrow -ErrorVariable problems -ErrorAction SilentlyContinue

        $read[-1].Index | Should -Be 1499
        $read.Count | Should -Be (1500 - 1024)
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmbeddingNotReadable,*'
        $problems[0] | Should -Match 'Batch 1, after record 0'
    }

    It 'says after which record a file was cut off' {
        1..4 | ForEach-Object { Get-TestEmbedding 50 -Dimension 1024 | Export-CohereEmbedding $arrow -Append }
        $bytes = [System.IO.File]::ReadAllBytes($arrow)
        [System.IO.File]::WriteAllBytes($arrow, $bytes[0..699999])

        $read = Import-CohereEmbedding $arrow -ErrorVariable problems -ErrorAction SilentlyContinue

        $read.Count | Should -Be 150
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $problems[0] | Should -BeLike "*ends after record $($read.Count)*"
    }

    It 'stops reading and closes the file when Select-Object -First has enough' {
        Get-TestEmbedding 1000 -Dimension 1024 | Export-CohereEmbedding $arrow
        Get-TestEmbedding 100 | Export-CohereEmbedding $jsonl
        foreach ($path in $jsonl, $arrow) {
            (Import-CohereEmbedding $path | Select-Object -First 2).Index | Should -Be 0, 1

            # Nobody has it open: it can be opened for oneself alone.
            $stream = [System.IO.File]::Open($path, 'Open', 'ReadWrite', 'None')
            $stream.Dispose()
        }
    }

    It 'outputs embeddings before the file has been read to its end' {
        Get-TestEmbedding 100 | Export-CohereEmbedding $jsonl
        Add-Content -LiteralPath $jsonl -Value 'no JSON'

        Import-CohereEmbedding $jsonl -ErrorVariable problems -ErrorAction SilentlyContinue | Select-Object -First 100 | Should -HaveCount 100
        $problems | Should -BeNullOrEmpty
    }

    It 'says nothing that writes to the terminal about a file that does' {
        Set-Content -LiteralPath $jsonl -Value "$([char] 27)]0;title$([char] 7)", '{"model":"a\u001b[31m","embeddings":{"float":[1]}}'

        $records = @(Import-CohereEmbedding $jsonl 2>&1)
        $records += $records[1] | Measure-CohereSimilarity ([CohereShell.Embedding] @{ Vector = [float[]] (1); Model = 'b' }) 2>&1

        foreach ($problem in $records | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) {
            "$problem" | Should -Not -Match "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
        }
        @($records | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) | Should -HaveCount 2
    }

    It 'says how to convert <Name>' -ForEach @(
        @{ Name = 'the old format'; Bytes = 0x89, 0x43, 0x45, 0x4d, 0x42, 0x0d, 0x0a, 0x1a; Expected = '*Export-CohereEmbedding new.jsonl*' }
        @{ Name = 'Parquet'; Bytes = [byte[]][char[]]'PAR1 and more'; Expected = '*read_parquet*' }
        @{ Name = 'an Arrow stream'; Bytes = 0xff, 0xff, 0xff, 0xff, 0x78, 1, 0, 0, 0x10, 0, 0, 0, 0, 0, 0xa, 0, 0xc, 0; Expected = '*read_ipc_stream*' }
    ) {
        $path = Join-Path $folder 'a.dat'
        [System.IO.File]::WriteAllBytes($path, [byte[]] $Bytes)

        $problem = Get-ErrorOf { Import-CohereEmbedding $path }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        "$problem" | Should -BeLike $Expected
    }
}
