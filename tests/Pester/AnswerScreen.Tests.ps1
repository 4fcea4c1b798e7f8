#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:flags = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic, Static'
    $script:assembly = [CohereShell.Commands.EnterCohereChatCommand].Assembly
    $script:writerType = $assembly.GetType('CohereShell.Prompt.MarkdownWriter')
    $script:wrappedType = $assembly.GetType('CohereShell.Display.WrappedText')
    $script:stylesType = $assembly.GetType('CohereShell.Prompt.AnswerStyles')
    $script:cells = $assembly.GetType('CohereShell.Display.ScreenCells').GetMethod('Of', $flags)

    # What is written to the screen, with the text in pieces of a size. A mark is added as soon as the text before it is there.
    function Get-Written([string] $Text, [int] $Width = 40, [int] $Piece = 0, [switch] $Plain, [switch] $KeepStyle, [hashtable] $Mark = @{}) {
        $written = [System.Text.StringBuilder]::new()
        $size = [Func[Nullable[int]]] { $Width }.GetNewClosure()
        $write = [Action[string]] { param($part) $null = $written.Append($part) }.GetNewClosure()
        $styles = if (-not $Plain) { $stylesType.GetConstructors($flags)[0].Invoke(@($null)) } else { $null }
        # Without PowerShell's wrappers, which reflection doesn't accept.
        $bare = { param($values) [object[]] $list = [object[]]::new($values.Count); for ($k = 0; $k -lt $values.Count; $k++) { if ($null -ne $values[$k]) { $list[$k] = $values[$k].psobject.BaseObject } }; , $list }
        $output = $wrappedType.GetConstructors($flags)[0].Invoke(@($size, $write))
        $writer = $writerType.GetConstructors($flags)[0].Invoke((& $bare @($output, $styles, $size)))
        $step = if ($Piece -gt 0) { $Piece } else { [Math]::Max(1, $Text.Length) }
        for ($i = 0; $i -lt $Text.Length; $i += $step) {
            $length = [Math]::Min($step, $Text.Length - $i)
            $null = $writerType.GetMethod('Add', $flags).Invoke($writer, @($Text.Substring($i, $length)))
            foreach ($place in $Mark.Keys | Sort-Object) {
                if ($place -gt $i -and $place -le $i + $length) {
                    $writerType.GetMethod('TryMark', $flags).Invoke($writer, (& $bare @($place, $Mark[$place]))) | Should -BeTrue
                }
            }

            $null = $writerType.GetMethod('Show', $flags).Invoke($writer, @())
        }

        $null = $writerType.GetMethod('End', $flags).Invoke($writer, @())
        $result = $written.ToString() -replace '\r\n', "`n"
        if ($KeepStyle) { $result } else { $result -replace '\x1b\[[0-9;:]*m', '' }
    }

    $family = [char]::ConvertFromUtf32(0x1F469) + [char] 0x200D + [char]::ConvertFromUtf32(0x1F467)
    $script:wide = [string]::new([char] 0x5F88, 30)
    $script:document = @"
# A heading with ``code`` in it

A paragraph with **bold words**, *italic*, ``code with **stars**``, a [link](https://docs.cohere.com) and snake_case_names that stay, 2 * 3 * 4 too.

- an item that is long enough to need a second line
  - a nested one
12. a number with a text that is long enough to be wrapped

> a quote that is long enough to be wrapped as well, I think

``````powershell
Get-Process | Where-Object CPU -gt 10 | Sort-Object CPU -Descending
``````

| Name | Size |
|------|-----:|
| a.txt | 12 |
| **b.txt** | 3 |

| A very long column | Another very long column of the table |
|---|---|
| one | two |

---
$wide $([char] 0x2705) done $family family
An **unclosed bold and ``unclosed code
"@ -replace '\r\n', "`n"
}

AfterAll {
    Restore-TestState
}

Describe 'A message of the chat' {
    It 'is broken between words, with the rest below its beginning' {
        $break = $wrappedType.GetMethod('Break', $flags)
        $long = '/resume [number]  Continues the last chat, or the one with this number. /resume list lists them.'

        $lines = ($break.Invoke($null, @($long, 80, 18)) -replace '\r\n', "`n") -split "`n"

        $lines | Should -Be '/resume [number]  Continues the last chat, or the one with this number. /resume', '                  list lists them.'
        $break.Invoke($null, @('  short', 80, 18)) | Should -BeExactly '  short'
        $break.Invoke($null, @($long, $null, 18)) | Should -BeExactly $long
        ($break.Invoke($null, @("one`ntwo", 80, 0)) -replace '\r\n', "`n") | Should -BeExactly "one`ntwo"
        $break.Invoke($null, @('', 80, 0)) | Should -BeExactly ''
    }
}

Describe 'An answer in Markdown on the screen' {
    It 'looks the same in pieces of <_> characters as at once' -ForEach 1, 2, 3, 7, 50 {
        Get-Written $document -Piece $_ | Should -BeExactly (Get-Written $document)
        Get-Written $document -Piece $_ -Plain | Should -BeExactly (Get-Written $document -Plain)
    }

    It 'fits into <_> columns, except for code' -ForEach 20, 40, 80 {
        $lines = (Get-Written $document -Width $_) -split "`n" -notmatch 'Get-Process'
        foreach ($line in $lines) {
            $cells.Invoke($null, @($line)) | Should -BeLessOrEqual $_ -Because $line
        }
    }

    It 'loses no word' {
        $shown = (Get-Written $document) -replace '\s', ''
        foreach ($word in 'Aheadingwithcodeinit', 'boldwords,italic,codewith**stars**', 'link(https://docs.cohere.com)', 'snake_case_names', '2*3*4', '12.anumber', 'Get-Process|Where-ObjectCPU', '**unclosedboldand`unclosedcode') {
            $shown | Should -Match ([regex]::Escape($word))
        }
    }

    It 'aligns a table that fits, and lists the cells of one that does not' {
        $lines = (Get-Written $document) -split "`n"
        $bar = [char] 0x2502
        $lines | Should -Contain "Name  $bar Size"
        $lines | Should -Contain "a.txt $bar 12"
        $lines | Should -Contain "b.txt $bar 3"
        $lines -match 'A very long column: one$' | Should -HaveCount 1
    }

    It 'indents the lines that continue an item or a quote' {
        $lines = [string[]] ((Get-Written $document) -split "`n")
        $item = [array]::FindIndex($lines, [Predicate[string]] { param($line) $line -like '* an item that*' })
        $lines[$item + 1] | Should -Match '^  \S'
        @($lines -match "^$([char] 0x2502) ").Count | Should -BeGreaterThan 1
    }

    It 'counts the cells of <Name>: <Cells>' -ForEach @(
        @{ Name = 'letters'; Code = 0x61, 0x62, 0x63; Cells = 3 }
        @{ Name = 'Chinese'; Code = 0x4E2D, 0x6587; Cells = 4 }
        @{ Name = 'a check mark'; Code = , 0x2705; Cells = 2 }
        @{ Name = 'a warning sign as emoji'; Code = 0x26A0, 0xFE0F; Cells = 2 }
        @{ Name = 'a family'; Code = 0x1F469, 0x200D, 0x1F467; Cells = 2 }
        @{ Name = 'a letter with an accent'; Code = 0x65, 0x301; Cells = 1 }
        @{ Name = 'a flag'; Code = 0x1F1E9, 0x1F1EA; Cells = 2 }
    ) {
        $text = -join $Code.ForEach({ [char]::ConvertFromUtf32($_) })
        $script:cells.Invoke($null, @($text)) | Should -Be $Cells
    }

    It 'styles headings, emphasis and code, and ends each style in its line' {
        $shown = Get-Written "# Head`n**bold** ``code``" -KeepStyle
        foreach ($line in $shown -split "`n") {
            $line | Should -Match '\x1b\[0m$'
        }

        $shown | Should -Match '\x1b\[1mbold'
    }

    It 'puts marks behind their passages in text, bold words, tables and code' {
        $text = "Logs are kept **90 days**.`n``````text`ncode`n```````n| a |`n|---|`n| bb |`nend"
        $marks = @{ ($text.IndexOf('days') + 4) = '[1]'; ($text.IndexOf('code') + 4) = '[2]'; ($text.IndexOf('bb') + 2) = '[3]' }
        foreach ($piece in 1, 4, 0) {
            $lines = (Get-Written $text -Mark $marks -Piece $piece) -split "`n"
            $lines | Should -Contain 'Logs are kept 90 days [1].' -Because "piece $piece"
            $lines | Should -Contain 'code'
            $lines -match '^\s*\[2\]$' | Should -HaveCount 1
            $lines | Should -Contain 'bb [3]'
        }
    }
}
