<#
.SYNOPSIS
    Checks the English of the project: phrases that tools/Prose.psd1 refuses, and sentences that are too long.
.DESCRIPTION
    Checks the Markdown pages, the texts and comments in C# sources, the comments in scripts, and the headers of the views. Code
    in pages isn't checked. Each finding names the file, the line and a better phrase.
.PARAMETER Path
    The files and folders to check. The default is everything in the project that has text for people, except tests.
.EXAMPLE
    ./tools/Test-Prose.ps1
.EXAMPLE
    ./tools/Test-Prose.ps1 -Path docs/guides | Format-Table -Wrap
.OUTPUTS
    An object for each finding: Path, Line, Kind, Text, Write.
#>
[CmdletBinding()]
param(
    [string[]] $Path = @(
        'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', '.github', 'docs', 'src', 'examples', 'bench', 'tools', 'build.ps1', 'CohereShell.psd1'
        'Common.ps1', 'Listing.ps1', 'Markdown.ps1', 'Runbook.ps1', 'Stopping.ps1', 'Waiting.ps1', 'TestHost.cs', 'TestServer.cs' -replace '^', 'tests/Pester/'
    )
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Split-Path $PSScriptRoot
$settings = Import-PowerShellDataFile -LiteralPath ([IO.Path]::Combine($PSScriptRoot, 'Prose.psd1'))
$options = [Text.RegularExpressions.RegexOptions]'IgnoreCase, Compiled, CultureInvariant'
$any = [regex]::new(($settings.Rules.Pattern -join '|'), $options)
$rules = foreach ($rule in $settings.Rules) {
    @{ Regex = [regex]::new($rule.Pattern, $options); Write = $rule.Write }
}

# Comments and strings in C#. Strings come first, because they can contain text that looks like a comment.
$tokens = [regex]::new(@'
(?<text>\$*"""[\s\S]*?"""|\$?@\$?"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\r\n])*")|(?<comment>//[^\r\n]*(?:\r?\n[ \t]*//[^\r\n]*)*)|'(?:\\.|[^'\\])+'
'@.Trim(), [Text.RegularExpressions.RegexOptions]'Compiled, ExplicitCapture')

# Replaces the matches of a pattern, but keeps their line breaks, so that line numbers stay correct.
function Clear-Match([string] $Text, [string] $Pattern, [string] $Replacement = ' ') {
    [regex]::Replace($Text, $Pattern, { $Replacement + ($args[0].Value -replace '[^\n]') })
}

# Returns the prose of a Markdown page. Code in backticks counts as one word.
function Get-MarkdownText([string] $Text) {
    $Text = Clear-Match $Text '(?ms)\A---\n.*?^---$'
    $Text = Clear-Match $Text '(?ms)^[ >]*(?<fence>```+|~~~+).*?^[ >]*\k<fence>[ ]*$'
    $Text = Clear-Match $Text '(?s)<!--.*?-->'
    $Text = Clear-Match $Text '(?m)^    \S.*$'
    $Text = Clear-Match $Text '(`+)(?:(?!\1)[\s\S])+?\1' 'code'
    $Text = [regex]::Replace($Text, '\]\([^)\s]*\)', ']')
    # Headings, list items, table cells and paragraphs end a sentence.
    $line = 1
    foreach ($block in [regex]::Split($Text, '(\n(?=[ ]*\n|[ ]*(?:[-*+]|\d+\.)[ ]|#|\|)|(?<=\n#[^\n]*)\n|\|)')) {
        [pscustomobject]@{ Line = $line; Kind = 'Text'; Text = $block }
        $line += $block.Length - $block.Replace("`n", '').Length
    }
}

function Get-CSharpText([string] $Text) {
    $line, $at = 1, 0
    foreach ($match in $tokens.Matches($Text)) {
        $before = $Text.Substring($at, $match.Index - $at)
        $line += $before.Length - $before.Replace("`n", '').Length
        $at = $match.Index
        if ($match.Groups['comment'].Success) {
            # A paragraph, a parameter or a list item of a documentation comment ends a sentence.
            $comment = [regex]::Replace($match.Value, '(?m)^[ \t]*/{2,3}', '')
            $comment = [regex]::Replace($comment, '<(?:see|paramref|typeparamref)[^>]*?(?:cref|name|langword|href)="([^"]*)"[^>]*/>', 'code')
            $comment = Clear-Match $comment '<c(?:ode)?>[\s\S]*?</c(?:ode)?>' 'code'
            $offset = 0
            foreach ($block in [regex]::Split($comment, '(</?[a-z][^>]*>)')) {
                if ($block -notmatch '^</?[a-z]') {
                    [pscustomobject]@{ Line = $line + $offset; Kind = 'Comment'; Text = $block }
                }

                $offset += $block.Length - $block.Replace("`n", '').Length
            }
        }
        elseif ($match.Groups['text'].Success -and $match.Value -match '\w [\w{]') {
            $value = [regex]::Replace($match.Value.Trim('$', '@', '"'), '\{[^{}]*\}', 'value')
            [pscustomobject]@{ Line = $line; Kind = 'Message'; Text = $value }
        }
    }
}

function Get-Text([IO.FileInfo] $File) {
    $text = [IO.File]::ReadAllText($File.FullName).Replace("`r", '')
    switch ($File.Extension) {
        '.md' { Get-MarkdownText $text }
        '.cs' { Get-CSharpText $text }
        default {
            $line = 0
            foreach ($item in $text.Split("`n")) {
                $line++
                # Checks the visible text of views and manifests, and the comments of scripts.
                if ($File.Extension -eq '.ps1xml' ? $item -match '<(?:Label|Text|Title)>(.+?)</' : $item -match '^\s*#\s*(.+)$|^\s*Description\s*=\s*[''"](.+)[''"]') {
                    [pscustomobject]@{ Line = $line; Kind = 'Text'; Text = $Matches[$Matches.Count - 1] }
                }
            }
        }
    }
}

function Write-Finding([string] $File, $Item, [int] $Index, [string] $Found, [string] $Write) {
    $before = $Item.Text.Substring(0, $Index)
    [pscustomobject]@{
        Path  = $File
        Line  = $Item.Line + $before.Length - $before.Replace("`n", '').Length
        Kind  = $Item.Kind
        Text  = $Found
        Write = $Write
    }
}

$files = foreach ($item in $Path) {
    $full = [IO.Path]::IsPathRooted($item) ? $item : [IO.Path]::Combine($root, $item)
    Get-ChildItem -LiteralPath $full -Recurse -File -Include *.md, *.cs, *.ps1xml, *.psd1, *.ps1 |
        Where-Object FullName -notmatch '[\\/](?:bin|obj|node_modules)[\\/]'
}

foreach ($file in $files) {
    foreach ($item in Get-Text $file) {
        $relative = [IO.Path]::GetRelativePath($root, $file.FullName).Replace('\', '/')
        if ($any.IsMatch($item.Text)) {
            foreach ($rule in $rules) {
                foreach ($match in $rule.Regex.Matches($item.Text)) {
                    if ($settings.Exceptions | Where-Object { $_.Path -eq $relative -and $_.Text -eq $match.Value }) {
                        continue
                    }

                    Write-Finding $relative $item $match.Index ($match.Value -replace '\s+', ' ') $rule.Write
                }
            }
        }

        foreach ($sentence in [regex]::Split($item.Text, '(?<=[.!?:;][)"'']?)\s+(?=[\p{Lu}`"''(\[*])|\n[ ]*\n')) {
            $words = [regex]::Matches($sentence, '[\p{L}\p{N}][\p{L}\p{N}''-]*').Count
            if ($words -gt $settings.MaximumWords[$item.Kind]) {
                $shortened = ($sentence -replace '\s+', ' ').Trim() -replace '(?<=^.{60}).+', '...'
                Write-Finding $relative $item ($item.Text.IndexOf($sentence, [StringComparison]::Ordinal)) $shortened "sentences of at most $($settings.MaximumWords[$item.Kind]) words; this one has $words"
            }
        }
    }
}
