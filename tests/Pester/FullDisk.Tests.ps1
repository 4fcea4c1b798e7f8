#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# What a full disk leaves behind. The first disk of these tests is a limit for the size of files, which only Unix has. The
# second one is a disk of 1 MB in memory, which only root can mount, and only on Linux.
BeforeDiscovery {
    $script:isUnix = $PSVersionTable.PSVersion.Major -ge 6 -and -not $IsWindows
    $script:whyNoDisk = 'this system has no tmpfs'
    if ($isUnix -and $IsLinux) {
        $probe = New-Item -ItemType Directory -Path ([System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "cohereshell-disk-$PID"))
        $said = mount -t tmpfs -o size=64k tmpfs $probe.FullName 2>&1
        $script:whyNoDisk = if ($LASTEXITCODE -ne 0) { "a disk can't be mounted: $said" }
        if (-not $whyNoDisk) {
            umount $probe.FullName
        }

        Remove-Item -LiteralPath $probe.FullName
    }
}

Describe 'A file that can''t be written to its end' -Skip:(-not $isUnix) {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        $script:emulator = Start-CohereEmulator -Port 0
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'key'
        $rows = Join-Path $TestDrive 'rows.jsonl'
        [System.IO.File]::WriteAllLines($rows, [string[]] (1..3000 | ForEach-Object { '{"text": "row ' + $_ + (' word' * 60) + '"}' }))
        $script:dataset = New-CohereDataset -Path $rows -Type embed-input | Wait-CohereDataset

        # Runs a command in a process whose files can have at most 256 KB.
        function Invoke-Limited([string] $Command, [string] $Folder) {
            $script = Join-Path $TestDrive 'limited.ps1'
            Set-Content -LiteralPath $script -Value @"
Import-Module '$Manifest'
`$WarningPreference = 'SilentlyContinue'
try { & { $Command } 2>&1 | ForEach-Object { if (`$_ -is [System.Management.Automation.ErrorRecord]) { `$_.FullyQualifiedErrorId } } } catch { "`$(`$_.FullyQualifiedErrorId)" }
"@
            $env:TMPDIR = $Folder
            try {
                # Without W^X, .NET doesn't need a large file for its code.
                bash -c 'trap "" XFSZ; ulimit -f 256; export DOTNET_EnableWriteXorExecute=0; exec "$0" -NoProfile -NonInteractive -File "$1"' (Get-PowerShellPath) $script
            }
            finally {
                $env:TMPDIR = $null
            }
        }

        function Get-PowerShellPath {
            $own = [System.IO.Path]::Combine($RepositoryRoot, '.tools', 'PowerShell', 'pwsh')
            if (Test-Path -LiteralPath $own) { $own } else { (Get-Command pwsh).Source }
        }
    }

    AfterAll {
        Restore-TestState
    }

    It 'leaves nothing behind: <Why>' -ForEach @(
        @{ Why = 'Export-CohereEmbedding, JSON Lines'; Command = { 1..200 | ForEach-Object { , [float[]] (1..500) } | Export-CohereEmbedding -Path 'FOLDER/a.jsonl' } }
        @{ Why = 'Export-CohereEmbedding, Arrow'; Command = { 1..300 | ForEach-Object { , [float[]] (1..1000) } | Export-CohereEmbedding -Path 'FOLDER/a.arrow' } }
        @{ Why = 'Export-CohereEmbedding that stops inside of its buffer'; Command = { 1..60 | ForEach-Object { , [float[]] (1..1100) } | Export-CohereEmbedding -Path 'FOLDER/a.arrow' } }
        @{ Why = 'a conversation'; Command = { [CohereShell.ChatConversation]::new([CohereShell.ChatMessage[]] [CohereShell.ChatMessage]::new('User', 'x' * 500KB)).Save('FOLDER/a.json') } }
        @{ Why = 'Export-CohereDataset, CSV'; Command = { Connect-Cohere -BaseUri BASEURI -ApiKey key; Export-CohereDataset -DatasetId DATASET -Path 'FOLDER/a.csv' } }
        @{ Why = 'Export-CohereDataset, JSON Lines'; Command = { Connect-Cohere -BaseUri BASEURI -ApiKey key; Export-CohereDataset -DatasetId DATASET -Path 'FOLDER/a.jsonl' } }
        @{ Why = 'New-CohereDataset, objects'; Command = { Connect-Cohere -BaseUri BASEURI -ApiKey key; 1..3000 | ForEach-Object { [pscustomobject] @{ text = "$_" + (' word' * 60) } } | New-CohereDataset -Type embed-input -Name rows } }
        @{ Why = 'Start-CohereBatch, objects'; Command = { Connect-Cohere -BaseUri BASEURI -ApiKey key; 1..3000 | ForEach-Object { "$_" + (' word' * 60) } | Start-CohereBatch -Model command-a-03-2025 } }
    ) {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))
        $text = "$Command".Replace('FOLDER', $folder.FullName).Replace('BASEURI', $emulator.BaseUri).Replace('DATASET', $dataset.DatasetId)

        $result = Invoke-Limited $text $folder.FullName

        "$result" | Should -Match 'CohereShell.FileNotWritable|^(IO|ArgumentOutOfRange)Exception'
        @(Get-ChildItem -LiteralPath $folder -Recurse -Force -File | Where-Object Name -NotLike 'clr-debug-pipe*' | ForEach-Object Name) | Where-Object { $_ -match 'tmp$|^CohereShell-|^a\.' } | Should -BeNullOrEmpty
    }

    It 'keeps the existing file' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))
        Set-Content -LiteralPath (Join-Path $folder 'a.jsonl') -Value 'old'

        $null = Invoke-Limited "1..200 | ForEach-Object { , [float[]] (1..500) } | Export-CohereEmbedding -Path '$folder/a.jsonl'" $folder.FullName

        Get-Content -LiteralPath (Join-Path $folder 'a.jsonl') | Should -Be 'old'
        Get-ChildItem -LiteralPath $folder -Filter 'a.jsonl*' | Should -HaveCount 1
    }
}

Describe 'A disk that is full' {
    BeforeAll {
        if ($whyNoDisk) {
            return
        }

        . $PSScriptRoot/Common.ps1
        $script:server = Open-TestServer
        $script:emulator = Start-CohereEmulator -JobDurationMs 0
        $script:disk = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'disk')).FullName
        mount -t tmpfs -o size=1m tmpfs $disk
        $script:filler = Join-Path $disk 'filler'

        function Write-FullDisk {
            $stream = [System.IO.File]::Create($filler, 1)
            try {
                while ($true) {
                    $stream.Write([byte[]]::new(4096), 0, 4096)
                }
            }
            catch [System.IO.IOException] {
                $stream.Dispose()
            }
        }

        # A page has a free end, and only a file that needs a new page fails.
        function Write-FullPage([string] $Path) {
            $missing = (4096 - (Get-Item -LiteralPath $Path).Length % 4096) % 4096
            if ($missing -gt 0) {
                [System.IO.File]::AppendAllText($Path, ' ' * ($missing - 1) + "`n")
            }
        }
    }

    BeforeEach {
        if (-not $whyNoDisk) {
            $server.Reset()
            Get-ChildItem -LiteralPath $disk -Force | Remove-Item -Recurse -Force
        }
    }

    AfterAll {
        if (-not $whyNoDisk) {
            umount $disk
            Restore-TestState
            $server.Dispose()
        }
    }

    It 'prevents calls that can''t be recorded, and damages no line of the audit' {
        if ($whyNoDisk) {
            Set-ItResult -Skipped -Because $whyNoDisk
        }

        $audit = Join-Path $disk 'audit.jsonl'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $audit
        $null = Invoke-CohereChat 'one'
        $before = [System.IO.File]::ReadAllText($audit)
        Write-FullPage $audit
        Write-FullDisk

        $caught = Get-ErrorOf { 'two', 'three' | Invoke-CohereChat }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AuditFailed,*'
        $server.Requests | Should -HaveCount 1
        [System.IO.File]::ReadAllText($audit).TrimEnd() | Should -Be $before.TrimEnd()

        Remove-Item -LiteralPath $filler
        $null = Invoke-CohereChat 'four'
        $lines = Get-Content -LiteralPath $audit | Where-Object { $_.Trim() }
        ($lines | ConvertFrom-Json).outcome | Should -Be 'Success', 'Success'
    }

    It 'doesn''t lose the record of a call that was sent before the disk was full' {
        if ($whyNoDisk) {
            Set-ItResult -Skipped -Because $whyNoDisk
        }

        $audit = Join-Path $disk 'running.jsonl'
        [System.IO.File]::WriteAllText($audit, "{}`n")
        $shell = Get-OtherPowerShell
        try {
            $held = ConvertTo-ChatAnswer 'held'
            $held.Held = $true
            $server.Enqueue($held)
            $running = $shell.AddScript('param($address, $audit) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests -AuditPath $audit; (Invoke-CohereChat "q").Text').
                AddArgument($server.BaseUri).AddArgument($audit).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            (Get-Content -LiteralPath $audit)[1] | ConvertFrom-Json | ForEach-Object outcome | Should -Be 'Begun'
            Write-FullDisk
            $held.Held = $false
            $shell.EndInvoke($running) | Should -Be 'held'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        (Get-Content -LiteralPath $audit)[1] | ConvertFrom-Json | ForEach-Object outcome | Should -Be 'Success'
        Get-Content -LiteralPath $audit | Should -HaveCount 2
    }

    It 'is an error, and leaves no part of a file: <Why>' -ForEach @(
        @{ Why = 'Receive-CohereEmbedJob -OutFile'; Command = { $job | Receive-CohereEmbedJob -OutFile "$disk/a.jsonl" } }
        @{ Why = 'Receive-CohereBatch -OutFile'; Command = { $batch | Receive-CohereBatch -OutFile "$disk/a.jsonl" } }
        @{ Why = 'Export-CohereDataset'; Command = { Export-CohereDataset -DatasetId $dataset.DatasetId -Path "$disk/a.avro" -Format Avro } }
        @{ Why = 'Export-CohereEmbedding'; Command = { , [float[]] (1..3000) | Export-CohereEmbedding -Path "$disk/a.jsonl" } }
        @{ Why = 'Invoke-CohereParse -OutFile'; Command = { Invoke-CohereParse -Path $image -OutFile "$disk/a.md" } }
        @{ Why = 'Invoke-CohereParse -OutDirectory'; Command = { Invoke-CohereParse -Path $image -OutDirectory "$disk/pages" } }
        @{ Why = 'New-CohereDataset from objects'; Command = { 1..50 | ForEach-Object { @{ text = "$_" + 'x' * 1000 } } | New-CohereDataset -Type embed-input -Name rows } }
        @{ Why = 'Start-CohereBatch from texts'; Command = { 1..50 | ForEach-Object { "$_" + 'x' * 1000 } | Start-CohereBatch -Model command-a-03-2025 } }
    ) {
        if ($whyNoDisk) {
            Set-ItResult -Skipped -Because $whyNoDisk
        }

        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'key' -WarningAction SilentlyContinue
        $rows = Join-Path $TestDrive 'rows.jsonl'
        [System.IO.File]::WriteAllLines($rows, [string[]] (1..20 | ForEach-Object { '{"text": "row ' + $_ + '"}' }))
        $image = Join-Path $TestDrive 'page.png'
        [System.IO.File]::WriteAllBytes($image, (Get-TestPng))
        $dataset = New-CohereDataset -Path $rows -Type embed-input | Wait-CohereDataset
        $job = $dataset | Start-CohereEmbedJob -Model embed-english-v3.0 | Wait-CohereEmbedJob
        $batch = 1..20 | ForEach-Object { "text $_" } | Start-CohereBatch -Model command-a-03-2025 | Wait-CohereBatch
        Write-FullDisk
        $env:TMPDIR = $disk
        try {
            $caught = Get-ErrorOf $Command
        }
        finally {
            $env:TMPDIR = $null
        }

        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        Get-ChildItem -LiteralPath $disk -Recurse -Force -File | ForEach-Object Name | Should -Be 'filler'
    }
}
