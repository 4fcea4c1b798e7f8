#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:check = [System.IO.Path]::Combine($RepositoryRoot, 'tools', 'Test-Prose.ps1')

    function Get-Finding([string] $Name, [string] $Text) {
        $path = Join-Path $TestDrive $Name
        [System.IO.File]::WriteAllText($path, $Text)
        & $check -Path $path
    }
}

Describe 'The English of the project' {
    It 'follows tools/Prose.psd1' {
        $findings = & $check

        $findings | ForEach-Object { "$($_.Path):$($_.Line) '$($_.Text)': $($_.Write)" } | Should -BeNullOrEmpty
    }
}

Describe 'The check of the English' {
    It 'reports each rule with its line and what to write instead: <Text>' -ForEach @(
        @{ Text = 'The cmdlet puts out objects.'; Found = 'puts out' }
        @{ Text = 'The others go on.'; Found = 'go on', 'The others go on' }
        @{ Text = "It belongs into`na folder."; Found = 'belongs into' }
        @{ Text = 'There is no file with that name.'; Found = 'is no f' }
        @{ Text = 'Leave one of the two out.'; Found = 'Leave one of the two out' }
        @{ Text = 'It stands in the file for ever.'; Found = 'for ever', 'stands in' }
    ) {
        $findings = Get-Finding 'page.md' "# Title`n`n$Text`n"

        @($findings.Text | Sort-Object) | Should -Be @($Found | Sort-Object)
        $findings[0].Line | Should -Be 3
        $findings[0].Write | Should -Not -BeNullOrEmpty
    }

    It 'reports long sentences' {
        $finding = Get-Finding 'page.md' ('Short. ' + ('Word ' * 40).Trim() + '. Short.')

        $finding.Write | Should -BeLike 'sentences of at most*this one has 40'
    }

    It 'looks at texts and comments of C#, and at nothing else there' {
        $findings = Get-Finding 'Class.cs' @'
/// <summary>Puts out <see cref="Foo"/>.</summary>
class Goes // goes on
{
    string s = $"It goes on with {value}.";
    char quote = '"'; int somebody = 1;
    string raw = """
        Nobody knows // this
        """;
}
'@
        @($findings | Sort-Object Line | ForEach-Object { "$($_.Line) $($_.Kind) $($_.Text)" }) |
            Should -Be '1 Comment Puts out', '2 Comment goes on', '4 Message goes on', '7 Message Nobody'
    }

    It 'leaves code and addresses of a page out' {
        Get-Finding 'page.md' "Run ``goes on``, or see [this](nobody.md).`n`n``````powershell`n# nobody puts out`n```````n" | Should -BeNullOrEmpty
    }
}

Describe 'The picture of the README' {
    It 'shows what the commands print' {
        $path = Join-Path $TestDrive 'terminal.svg'
        & ([System.IO.Path]::Combine($RepositoryRoot, 'tools', 'Build-Picture.ps1')) -Path $path

        # Times differ from run to run.
        function Get-Text([string] $Path) { ([xml](Get-Content -LiteralPath $Path -Raw -Encoding UTF8)).svg.text.InnerText -replace '\d+\.\d s\)', 's)' -replace '\d+ ms\)', 'ms)' }
        Get-Text $path | Should -Be (Get-Text ([System.IO.Path]::Combine($RepositoryRoot, 'docs', 'terminal.svg')))
    }
}
