#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# What a full disk leaves behind. The disk of these tests is a limit for the size of files, which only Unix has.
BeforeDiscovery {
    $script:isUnix = $PSVersionTable.PSVersion.Major -ge 6 -and -not $IsWindows
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
        @{ Why = 'Export-CohereEmbedding, binary'; Command = { 1..300 | ForEach-Object { , [float[]] (1..1000) } | Export-CohereEmbedding -Path 'FOLDER/a.cemb' } }
        @{ Why = 'Export-CohereEmbedding that stops inside of its buffer'; Command = { 1..60 | ForEach-Object { , [float[]] (1..1100) } | Export-CohereEmbedding -Path 'FOLDER/a.cemb' } }
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
