#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:moduleFolder = Split-Path -Parent $Manifest
    $script:notices = [System.IO.File]::ReadAllText((Join-Path $moduleFolder 'THIRD-PARTY-NOTICES.txt'))
    $script:listed = @([regex]::Matches($notices, '(?m)^(?:Files:)? +(bin/\S+\.dll)\r?$') | ForEach-Object { $_.Groups[1].Value } | Sort-Object)
}

AfterAll {
    Restore-TestState
}

Describe 'The third-party notices' -Tag BothEditions {
    It 'list every assembly of the module that is not ours, and no other' {
        $foreign = Get-ChildItem -LiteralPath (Join-Path $moduleFolder 'bin') -Recurse -File | Where-Object Name -NotLike 'CohereShell*' |
            ForEach-Object { $_.FullName.Substring($moduleFolder.Length + 1).Replace('\', '/') } | Sort-Object

        $listed | Should -Be $foreign
    }

    It 'have a version, a licence and a copyright for each component, and the text of each licence' {
        $entries = [regex]::Split($notices, '(?m)^-{80}\r?\n') | Where-Object { $_ -match '(?m)^Licence: ' }

        $entries | Should -Not -BeNullOrEmpty
        foreach ($entry in $entries) {
            $entry | Should -Match '^\S+ \d+\.\d+\S*\r?\n'
            $entry | Should -Match '(?m)^Copyright: .*\w'
            $entry | Should -Match '(?m)^Licence: +\S+ \(text (\d+)\)\r?$'
            $number = [regex]::Match($entry, '\(text (\d+)\)').Groups[1].Value
            $notices | Should -Match "(?m)^Licence text $number\r?$"
        }
    }

    It 'are what the packages say' {
        { & ([System.IO.Path]::Combine($RepositoryRoot, 'tools', 'Build-Notices.ps1')) -Check } | Should -Not -Throw
    }
}
