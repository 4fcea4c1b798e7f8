#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator

    function Get-Line($Object, [int] $Width = 80) {
        @(($Object | Out-String -Width $Width) -split '\r?\n' -replace '\x1b\[[0-9;]*m', '')
    }
}

AfterAll {
    Restore-TestState
}

Describe 'Views at 80 columns' {
    It 'shows the cmdlet of each operation' {
        $lines = Get-Line (Get-CohereOperation)
        $lines -match '^Name\s+Access\s.*Cmdlet' | Should -Not -BeNullOrEmpty
        foreach ($operation in Get-CohereOperation | Where-Object Cmdlet) {
            $lines -match "^$($operation.Name)\s.*\b$($operation.Cmdlet)\b" | Should -HaveCount 1 -Because $operation.Name
        }
    }

    It 'shows the settings of an emulator in full' {
        $emulator = Start-CohereEmulator -LatencyMs 250 -FaultRate 0.2 -EnforceRateLimit
        try {
            $lines = Get-Line $emulator
            $lines -match '250 ms' | Should -Not -BeNullOrEmpty
            ($lines -join ' ') -replace '\s+', ' ' | Should -BeLike '*20% faults*'
            $lines -match '…' | Should -BeNullOrEmpty
        }
        finally {
            Stop-CohereEmulator $emulator -Confirm:$false
        }
    }

    It 'does not show an address for the emulator of a session' {
        $text = Get-Line (Get-CohereSession)
        $text -match 'localhost' | Should -BeNullOrEmpty
        $text -match 'emulator' | Should -Not -BeNullOrEmpty
        "$(Get-CohereSession)" | Should -Not -Match 'localhost'
        Connect-Cohere -Emulator -Verbose 4>&1 | Should -Not -Match 'localhost'
    }

    It 'shows the answer of examples/Ask-Machine.ps1 in full' {
        $script = [System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Ask-Machine.ps1')
        $answer = & $script 'How much free space has each drive?' -Emulator -WarningAction SilentlyContinue
        $lines = Get-Line $answer
        $lines -match '^Answer\s+:' | Should -HaveCount 1
        $lines -match '…' | Should -BeNullOrEmpty
    }
}

Describe 'CSV files' {
    It 'have the text of ranked documents' {
        $table = @{ text = 'Backups run at night.' }
        $results = $table, [System.Diagnostics.Process]::GetCurrentProcess(), 'plain' | Invoke-CohereRerank 'backup'
        $rows = $results | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv
        $rows.Document -match '^System\.' | Where-Object { $_ -notmatch '\(' } | Should -BeNullOrEmpty
        $rows.Document | Should -Contain 'text: Backups run at night.'
        ($results | Where-Object Index -eq 0).Document | Should -BeOfType [hashtable]
        [object]::ReferenceEquals(($results | Where-Object Index -eq 0).Document.psobject.BaseObject, $table) | Should -BeTrue
    }

    It 'have the sources of citations' {
        $answer = Invoke-CohereChat 'How long are logs kept?' -Document 'Logs are kept for 90 days.'
        $rows = @($answer.Citations | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv)
        $rows[0].Sources | Should -Be 'doc:0'
    }
}

Describe 'Invoke-CohereRerank -Property' {
    It 'finds the properties of the topics that Get-Help lists' {
        $results = Get-Help *-CohereE* | Invoke-CohereRerank 'export' -Property Name -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
        $results.Text | Should -Contain 'Export-CohereEmbedding'
    }
}
