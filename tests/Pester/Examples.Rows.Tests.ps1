#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:examples = Join-Path $RepositoryRoot 'examples'
    Connect-Cohere -Emulator
    function Get-CallCount { (Get-CohereUsage -Operation Chat | Measure-Object -Property Calls -Sum).Sum }
}

AfterAll {
    Restore-TestState
}

Describe 'examples/<Name>' -ForEach @{ Name = 'Classify-Ticket.ps1' }, @{ Name = 'Explain-EventLog.ps1' }, @{ Name = 'Convert-TextToLanguage.ps1' } {
    It 'has at most five lines of code' {
        $tokens = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile((Join-Path $examples $Name), [ref] $tokens, [ref] $null)
        $lines = $tokens | Where-Object Kind -NotIn 'Comment', 'NewLine', 'EndOfInput' | ForEach-Object { $_.Extent.StartLineNumber } | Sort-Object -Unique

        @($lines).Count | Should -BeLessOrEqual 5
    }
}

Describe 'examples/Classify-Ticket.ps1' {
    It 'adds a category to 200 tickets, and continues a run that ended early' {
        $path = Join-Path $TestDrive 'many.csv'
        $out = Join-Path $TestDrive 'triaged.csv'
        1..200 | ForEach-Object { [pscustomobject] @{ Id = "T-$_"; Subject = "Ticket $_"; Body = "The network,`nthe hardware" } } | Export-Csv -LiteralPath $path -NoTypeInformation

        $null = & (Join-Path $examples 'Classify-Ticket.ps1') -Path $path -OutFile $out
        $first = Get-CallCount
        # What a process that was killed leaves behind.
        $bytes = [System.IO.File]::ReadAllBytes($out)
        [System.IO.File]::WriteAllBytes($out, $bytes[0..([int] ($bytes.Count / 2))])
        $kept = @(Import-Csv -LiteralPath $out | Where-Object urgent).Count
        $groups = & (Join-Path $examples 'Classify-Ticket.ps1') -Path $path -OutFile $out

        $rows = @(Import-Csv -LiteralPath $out)
        $rows.Id | Sort-Object | Should -Be (1..200 | ForEach-Object { "T-$_" } | Sort-Object)
        $rows | ForEach-Object { $_.category | Should -BeIn 'network', 'hardware', 'account', 'other' }
        ($groups | Measure-Object -Property Count -Sum).Sum | Should -Be 200
        (Get-CallCount) - $first | Should -BeIn (200 - $kept), (201 - $kept)
    }

    It 'has the tickets of the folder as its default' {
        $out = Join-Path $TestDrive 'default.csv'
        $null = & (Join-Path $examples 'Classify-Ticket.ps1') -OutFile $out

        @(Import-Csv -LiteralPath $out).Count | Should -Be @(Import-Csv -LiteralPath (Join-Path $examples 'tickets.csv')).Count
    }
}

Describe 'examples/Explain-EventLog.ps1' {
    It 'explains each kind of event once, the most frequent one first' {
        $path = Join-Path $TestDrive 'events.csv'
        $out = Join-Path $TestDrive 'summary.csv'
        & {
            1..40 | ForEach-Object { [pscustomobject] @{ ProviderName = 'Disk'; Id = 7; Message = "Bad block, number $_" } }
            1..60 | ForEach-Object { [pscustomobject] @{ ProviderName = 'Security'; Id = 4625; Message = "Logon failed`nfor user $_" } }
        } | Export-Csv -LiteralPath $path -NoTypeInformation
        $before = Get-CallCount

        & (Join-Path $examples 'Explain-EventLog.ps1') -Path $path -OutFile $out

        $rows = @(Import-Csv -LiteralPath $out)
        $rows | ForEach-Object { "$($_.Count) $($_.Event)" } | Should -Be '60 Security, 4625', '40 Disk, 7'
        $rows | ForEach-Object Meaning | Should -BeLike '*in one sentence*'
        (Get-CallCount) - $before | Should -Be 2
    }
}

Describe 'examples/Convert-TextToLanguage.ps1' {
    It 'translates 50 files, and only new ones in the next run' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'texts')
        $target = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'german')
        1..50 | ForEach-Object { Set-Content -LiteralPath (Join-Path $folder "$_.txt") -Value "Text $_" }
        $script = Join-Path $examples 'Convert-TextToLanguage.ps1'
        $before = Get-CallCount

        & $script -Path $folder -Destination $target
        (Get-CallCount) - $before | Should -Be 50
        Set-Content -LiteralPath (Join-Path $folder 'new.txt') -Value 'New text'
        & $script -Path $folder -Destination $target

        (Get-CallCount) - $before | Should -Be 51
        @(Get-ChildItem -LiteralPath $target -Filter *.txt) | Should -HaveCount 51
        Get-Content -LiteralPath (Join-Path $target '7.txt') -Raw | Should -BeLike '*Translate into German*Text 7*'
    }
}
