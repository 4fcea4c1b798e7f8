#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:emulator = Start-CohereEmulator
    Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests' -ClientName 'tests'
    # More rows than a part holds.
    $script:count = 6000
    $script:lines = 1..$count | ForEach-Object { "{`"text`":`"Ticket $_, with a `\`"quote`\`"`",`"id`":$_,`"tags`":[`"a`",`"b$_`"]}" }
    $source = Join-Path $TestDrive 'source.jsonl'
    [System.IO.File]::WriteAllLines($source, [string[]] $lines)
    $script:dataset = New-CohereDataset $source -Name tickets -Type embed-input -KeepField id, tags | Wait-CohereDataset -PollingIntervalSec 0.1
    $script:small = 'one', 'two' | New-CohereDataset -Name small -Type embed-input | Wait-CohereDataset -PollingIntervalSec 0.1
}

AfterAll {
    Restore-TestState
}

Describe 'Export-CohereDataset' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        Push-Location $folder
    }
    AfterEach { Pop-Location }

    It 'outputs the rows of all parts as objects' {
        $dataset.Parts.Count | Should -BeGreaterThan 1

        $rows = $dataset | Export-CohereDataset

        $rows | Should -HaveCount $count
        $rows.id | Should -Be (1..$count)
        $rows[0].text | Should -BeExactly 'Ticket 1, with a "quote"'
        $rows[0].tags | Should -Be 'a', 'b1'
        $rows[0].PSObject.Properties.Name | Should -Be 'text', 'id', 'tags'
    }

    It 'writes the same rows as JSON Lines, one by one' {
        $file = Export-CohereDataset $dataset.DatasetId -Path rows.jsonl -PassThru

        $file | Should -BeOfType System.IO.FileInfo
        Compare-Object ([System.IO.File]::ReadAllLines($file.FullName)) $lines -CaseSensitive -SyncWindow 0 | Should -BeNullOrEmpty
        (Get-ChildItem).Name | Should -Be 'rows.jsonl'
    }

    It 'writes CSV that Import-Csv reads' {
        Export-CohereDataset $dataset.DatasetId rows.csv | Should -BeNullOrEmpty

        $rows = Import-Csv rows.csv
        $rows | Should -HaveCount $count
        $rows[-1].text | Should -BeExactly "Ticket $count, with a `"quote`""
        $rows[-1].tags | ConvertFrom-Json | Should -Be 'a', "b$count"
    }

    It 'writes one Avro file of all parts' {
        Export-CohereDataset $dataset.DatasetId -LiteralPath "$folder/rows[1].avro"

        $bytes = [System.IO.File]::ReadAllBytes((Join-Path $folder 'rows[1].avro'))
        $bytes[0..3] | Should -Be 79, 98, 106, 1
        # Each part begins like this, and the file does once.
        [regex]::Matches([System.Text.Encoding]::ASCII.GetString($bytes), "Obj\x01").Count | Should -Be 1
    }

    It 'writes a separate file for each dataset in a folder' {
        $dataset, $small | Export-CohereDataset -Path . -Format Jsonl

        (Get-ChildItem).Name | Sort-Object | Should -Be (@("$dataset.jsonl", "$small.jsonl") | Sort-Object)
    }

    It 'gives a file to one dataset' {
        $problem = Get-ErrorOf { $small, $dataset | Export-CohereDataset -Path rows.jsonl }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.TargetObject | Should -Be $dataset.DatasetId
        Get-Content rows.jsonl | Should -HaveCount 2
    }

    It 'refuses what cannot be, before anything is sent: <Why>' -ForEach @(
        @{ Why = 'a form without a file'; With = @{ Format = 'Csv' } }
        @{ Why = 'objects in a file'; With = @{ Path = 'a.csv'; Format = 'Object' } }
        @{ Why = 'a name that says no form'; With = @{ Path = 'a.txt' } }
        @{ Why = 'a folder without a form'; With = @{ Path = '.' } }
    ) {
        (Get-ErrorOf { Export-CohereDataset $small.DatasetId @With }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'keeps a file that is not to be replaced, and one that is read-only without -Force' {
        Set-Content rows.csv 'old'
        (Get-ErrorOf { Export-CohereDataset $small.DatasetId -Path rows.csv -NoClobber }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
        (Get-Item rows.csv).IsReadOnly = $true
        (Get-ErrorOf { Export-CohereDataset $small.DatasetId -Path rows.csv }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        Get-Content rows.csv | Should -Be 'old'

        Export-CohereDataset $small.DatasetId -Path rows.csv -Force
        (Get-Item rows.csv).IsReadOnly = $false
        Get-Content rows.csv | Should -Be 'text', 'one', 'two'
    }

    It 'puts no file in the place of a device or a pipe' -Skip:(-not $IsLinux -and -not $IsMacOS) {
        & mkfifo pipe.csv
        $null = New-Item -ItemType SymbolicLink -Path way.csv -Target pipe.csv

        foreach ($path in 'pipe.csv', 'way.csv') {
            (Get-ErrorOf { Export-CohereDataset $small.DatasetId -Path $path -Force }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAFile,*'
        }

        (Get-Item pipe.csv).UnixStat.ItemType | Should -Be 'NamedPipe'
        $null = New-Item -ItemType SymbolicLink -Path link.csv -Target target.csv
        Set-Content target.csv 'old'
        Export-CohereDataset $small.DatasetId -Path link.csv
        Get-Content target.csv | Should -Be 'text', 'one', 'two'
    }

    It 'writes an error for a dataset that doesn''t exist, and continues with the next' {
        $rows = 'nothing', $small.DatasetId | Export-CohereDataset -ErrorVariable problems -ErrorAction SilentlyContinue

        $rows.text | Should -Be 'one', 'two'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problems[0].TargetObject | Should -Be 'nothing'
    }

    It 'leaves the old file and nothing else where an export fails' {
        Set-Content rows.jsonl 'old'

        (Get-ErrorOf { Export-CohereDataset nothing -Path rows.jsonl }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'

        Get-Content rows.jsonl | Should -Be 'old'
        (Get-ChildItem).Name | Should -Be 'rows.jsonl'
    }

    It 'writes nothing with -WhatIf' {
        Export-CohereDataset $small.DatasetId -Path rows.jsonl -WhatIf

        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'ends with Select-Object -First' {
        ($dataset | Export-CohereDataset | Select-Object -First 2).id | Should -Be 1, 2
    }

    It 'shows no signed address in what it says, and writes none to the audit file' {
        $audit = Join-Path $folder 'audit.jsonl'
        $session = Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $audit -PassThru
        try {
            $said = Export-CohereDataset $small.DatasetId -Path rows.jsonl -Session $session -Verbose -Debug *>&1 | Out-String
            $said | Should -Not -BeNullOrEmpty
            $said | Should -Not -Match 'Signature'
            Get-Content $audit -Raw | Should -BeLike '*GetDataset*'
            Get-Content $audit -Raw | Should -Not -Match 'Signature'
        }
        finally {
            Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
        }
    }

    It 'works where the emulator is in the process' {
        $session = Connect-Cohere -Emulator -PassThru -WarningAction SilentlyContinue
        try {
            $made = 'one', 'two' | New-CohereDataset -Name inside -Type embed-input -Session $session | Wait-CohereDataset -PollingIntervalSec 0.1 -Session $session
            ($made | Export-CohereDataset -Session $session).text | Should -Be 'one', 'two'
        }
        finally {
            Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
        }
    }

    It 'completes ids, with the names as tool tips' {
        $found = Get-TabCompletion 'Export-CohereDataset -DatasetId ' | Where-Object CompletionText -Like "*$small*"

        $found.ToolTip | Should -BeLike 'small;*'
    }
}

Describe 'Export-CohereDataset, when it is stopped' {
    BeforeAll {
        # An API that names a file server that is silent.
        $script:server = Open-TestServer
    }
    AfterAll { $server.Dispose() }

    It 'ends the download with Ctrl+C, and leaves no file' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = "{`"dataset`":{`"id`":`"d`",`"validation_status`":`"validated`",`"dataset_parts`":[{`"id`":`"p`",`"url`":`"$($server.BaseUri)/part`"}]}}" })
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $target = Join-Path $TestDrive 'stopped.jsonl'
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address, $target) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests -ClientName tests; Export-CohereDataset d -Path $target').AddArgument($server.BaseUri).AddArgument($target).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 2 }
            Get-ChildItem "$target.*.tmp" | Should -HaveCount 1

            $shell.Stop()

            Wait-Condition { $server.LastRequest.ClosedAt }
            Get-ChildItem "$target*" | Should -BeNullOrEmpty
            $server.Requests[0].Authorization | Should -Be 'Bearer a-key-for-tests'
            $server.Requests[1].Authorization | Should -BeNullOrEmpty
            $server.Requests[1].Headers.Keys | Should -Be 'Host'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'leaves nothing under the final name when the process is killed' {
        $server.Reset()
        $server.Enqueue([CohereShellTests.Answer] @{ Body = "{`"dataset`":{`"id`":`"d`",`"validation_status`":`"validated`",`"dataset_parts`":[{`"id`":`"p`",`"url`":`"$($server.BaseUri)/part`"}]}}" })
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $target = Join-Path $TestDrive 'killed.jsonl'
        $start = Get-PowerShellStartInfo '-NonInteractive', '-Command', "Import-Module '$Manifest'; Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests; Export-CohereDataset d -Path '$target'"
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            Wait-Condition { $server.Requests.Count -eq 2 }
        }
        finally {
            $process.Kill()
            $process.WaitForExit()
        }

        $target | Should -Not -Exist
    }
}
