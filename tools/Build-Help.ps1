<#
.SYNOPSIS
    Compiles the help: docs/en-US becomes en-US/CohereShell.dll-Help.xml and en-US/about_*.help.txt.
.DESCRIPTION
    PlatyPS reads the pages of the cmdlets and writes their XML. This script then adapts it for the screen: it removes
    the line breaks of the source and the Markdown syntax, and splits examples into introduction, code and output. About
    topics become plain text of 80 columns, which PlatyPS 1.0 doesn't support.

    The result depends only on the pages: it has no dates, LF line ends, and UTF-8 without a byte order mark.
.PARAMETER Check
    Writes nothing. Fails if the committed files differ from the result, and names the first difference.
.EXAMPLE
    ./tools/Build-Help.ps1
.EXAMPLE
    ./tools/Build-Help.ps1 -Check
#>
[CmdletBinding()]
param(
    [switch] $Check
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0 -ErrorAction Stop

$root = Split-Path $PSScriptRoot
$pages = [IO.Path]::Combine($root, 'docs', 'en-US')
$compiled = Join-Path $root 'en-US'
$utf8 = [Text.UTF8Encoding]::new($false)
$columns = 80

# Removes Markdown syntax that a terminal can't show: emphasis, code, links and escapes. Links to pages become names, and URLs remain.
function ConvertFrom-MarkdownText([string] $Text) {
    $result = [regex]::Replace($Text, '\[([^\]]+)\]\((?:https?://)([^)]+)\)', '$1 (https://$2)')
    $result = [regex]::Replace($result, '\[([^\]]+)\]\([^)]+\)', '$1')
    # Only outside of code, because a star in code is a literal star.
    $parts = $result.Split('`')
    for ($i = 0; $i -lt $parts.Count; $i += 2) {
        $parts[$i] = [regex]::Replace($parts[$i], '\*\*([^*]+)\*\*', '$1')
        $parts[$i] = [regex]::Replace($parts[$i], '\\([\\`*_{}\[\]()<>#+.!|-])', '$1')
    }

    -join $parts
}

# Splits Markdown into blocks: Heading, Code, Item, Row and Text. Only code keeps its line breaks.
function Split-Markdown([string] $Text) {
    $fence = $null
    $kind = $null
    $lines = [Collections.Generic.List[string]]::new()
    $level = 0
    $close = {
        if ($kind) {
            $joined = if ($kind -eq 'Code') { $lines -join "`n" } else { ConvertFrom-MarkdownText (($lines | ForEach-Object Trim) -join ' ') }
            [pscustomobject]@{ Kind = $kind; Language = $fence; Level = $level; Text = $joined }
        }
    }

    foreach ($line in $Text.Replace("`r", '').Split("`n")) {
        if ($kind -eq 'Code') {
            if ($line -match '^\s*```\s*$') {
                . $close
                $kind = $fence = $null
                $lines.Clear()
            }
            else {
                $lines.Add($line)
            }

            continue
        }

        $next = switch -Regex ($line) {
            '^\s*```(\w*)' { 'Code'; break }
            '^(#+)\s+' { 'Heading'; break }
            '^\s*([-*]|\d+\.)\s+' { 'Item'; break }
            '^\|' { 'Row'; break }
            '^\s*(<!--.*-->)?\s*$' { 'Blank'; break }
            default { 'Text' }
        }
        # A line of text continues the block before it.
        if ($next -eq 'Text' -and $kind -in 'Text', 'Item') {
            $lines.Add($line)
            continue
        }

        . $close
        $kind = $fence = $null
        $lines.Clear()
        switch ($next) {
            'Code' {
                $kind = 'Code'
                $fence = [regex]::Match($line, '^\s*```(\w*)').Groups[1].Value
            }
            'Heading' {
                [pscustomobject]@{ Kind = 'Heading'; Language = $null; Level = $line.Split(' ')[0].Length; Text = ConvertFrom-MarkdownText ($line -replace '^#+\s+') }
            }
            'Row' {
                [pscustomobject]@{ Kind = 'Row'; Language = $null; Level = 0; Text = $line }
            }
            'Blank' { }
            default {
                $kind = $next
                $lines.Add($line)
            }
        }
    }

    . $close
}

# Wraps text at spaces to the number of columns, including the indent.
function Format-Paragraph([string] $Text, [int] $Indent, [int] $Hanging = $Indent) {
    $line = ' ' * $Indent
    $isEmpty = $true
    foreach ($word in ($Text -split '\s+' -ne '')) {
        if (-not $isEmpty -and $line.Length + 1 + $word.Length -gt $columns) {
            $line
            $line = ' ' * $Hanging
            $isEmpty = $true
        }

        $line += $(if ($isEmpty) { $word } else { " $word" })
        $isEmpty = $false
    }

    if (-not $isEmpty) {
        $line
    }
}

# Formats the rows of a Markdown table as plain text. The last column uses the remaining width.
function Format-Table80([string[]] $Row) {
    $cells = @($Row | Where-Object { $_ -notmatch '^\|[\s:|-]+\|\s*$' } | ForEach-Object {
            , @($_.Trim().Trim('|').Split('|') | ForEach-Object { ConvertFrom-MarkdownText $_.Trim() })
        })
    $last = $cells[0].Count - 1
    $indent = 4
    $widths = for ($i = 0; $i -lt $last; $i++) { ($cells | ForEach-Object { $_[$i].Length } | Measure-Object -Maximum).Maximum }
    $offset = $indent + ($widths | Measure-Object -Sum).Sum + (2 * $last)
    $cells = @(, $cells[0]) + @(, @($cells[0] | ForEach-Object { '-' * $_.Length })) + @($cells | Select-Object -Skip 1)
    foreach ($row in $cells) {
        $start = (' ' * $indent) + -join $(for ($i = 0; $i -lt $last; $i++) { $row[$i].PadRight($widths[$i] + 2) })
        $rest = @(Format-Paragraph $row[$last] $offset)
        if ($rest.Count -eq 0) {
            $start.TrimEnd()
            continue
        }

        $start + $rest[0].TrimStart()
        $rest | Select-Object -Skip 1
    }
}

# Formats an about topic for PowerShell: headings in upper case, text indented, code indented further.
function ConvertTo-AboutText([string] $Path) {
    $markdown = [IO.File]::ReadAllText($Path) -replace '(?s)\A---.*?\n---\r?\n'
    $text = [Collections.Generic.List[string]]::new()
    $rows = [Collections.Generic.List[string]]::new()
    $before = $null
    $blocks = @(Split-Markdown $markdown) + [pscustomobject]@{ Kind = 'End'; Language = $null; Level = 0; Text = '' }
    foreach ($block in $blocks) {
        if ($rows.Count -gt 0 -and $block.Kind -ne 'Row') {
            $text.AddRange([string[]]@(Format-Table80 $rows))
            $rows.Clear()
        }

        # No blank line between the items of a list, the rows of a table, or a heading and its text: PowerShell uses line
        # 5, below SHORT DESCRIPTION, as the summary of the topic.
        $isTogether = ($before -eq 'Heading' -and $text[$text.Count - 1] -notlike '    about_*') -or
            ($block.Kind -in 'Item', 'Row' -and $before -eq $block.Kind)
        if ($text.Count -gt 0 -and -not $isTogether) {
            $text.Add('')
        }

        switch ($block.Kind) {
            'Heading' {
                if ($block.Level -eq 1) {
                    $text.AddRange([string[]]@('TOPIC', "    $($block.Text)"))
                }
                elseif ($block.Level -eq 2) {
                    $text.AddRange([string[]]@(Format-Paragraph $block.Text.ToUpperInvariant() 0))
                }
                else {
                    $text.AddRange([string[]]@(Format-Paragraph $block.Text 2))
                }
            }
            'Text' { $text.AddRange([string[]]@(Format-Paragraph $block.Text 4)) }
            'Item' {
                $mark, $item = $block.Text -split '\s+', 2
                $mark = if ($mark -match '^\d') { $mark } else { '-' }
                $text.AddRange([string[]]@(Format-Paragraph "$mark $item" 4 (5 + $mark.Length)))
            }
            'Code' { $text.AddRange([string[]]@($block.Text.Split("`n") | ForEach-Object { $(if ($_) { "        $_" } else { '' }) })) }
            'Row' { $rows.Add($block.Text) }
        }


        $before = $block.Kind
    }

    ($text -join "`n").TrimEnd() + "`n"
}

function Add-Element([Xml.XmlNode] $Parent, [string] $Name, [string] $Text) {
    $prefix, $local = $Name.Split(':')
    $element = $Parent.OwnerDocument.CreateElement($prefix, $local, $Parent.GetNamespaceOfPrefix($prefix))
    if ($Text) {
        $element.InnerText = $Text
    }

    $Parent.AppendChild($element)
}

# Writes a paragraph for each block. PowerShell adds blank lines between them.
function Write-Paragraph([Xml.XmlNode] $Node, [object[]] $Block) {
    $Node.InnerXml = ''
    foreach ($item in $Block) {
        $text = $item.Text
        if ($item.Kind -eq 'Code') {
            # Get-Help trims only the first line. Without the common indentation, the columns stay aligned.
            $indents = @($text.Split("`n") | Where-Object { $_.Trim() } | ForEach-Object { $_.Length - $_.TrimStart(' ').Length } | Sort-Object)
            $text = $text -replace "(?m)^ {$($indents ? $indents[0] : 0)}"
        }

        $null = Add-Element $Node 'maml:para' $text
    }
}

function Convert-Example([Xml.XmlNode] $Example, [string] $Markdown, [Xml.XmlNamespaceManager] $Names) {
    $blocks = @(Split-Markdown $Markdown)
    $first = 0
    while ($first -lt $blocks.Count -and $blocks[$first].Kind -ne 'Code') {
        $first++
    }

    $introduction = $Example.SelectSingleNode('maml:introduction', $Names)
    if ($first -gt 0) {
        Write-Paragraph $introduction $blocks[0..($first - 1)]
        # PowerShell writes the code directly after the introduction.
        $introduction.LastChild.InnerText += "`n`n"
    }
    else {
        $introduction.InnerXml = ''
    }

    $Example.SelectSingleNode('dev:code', $Names).InnerText = $(if ($first -lt $blocks.Count) { $blocks[$first].Text } else { '' })
    $remarks = $Example.SelectSingleNode('dev:remarks', $Names)
    Write-Paragraph $remarks @($blocks | Select-Object -Skip ($first + 1))
    if ($remarks.LastChild) {
        # Otherwise, the next title would follow without a blank line.
        $null = Add-Element $remarks 'maml:para' ''
    }
}

function Convert-Command([Xml.XmlNode] $Command, $Page, [Xml.XmlNamespaceManager] $Names) {
    # The pages are wrapped at 120 columns. On the screen, the host wraps the text.
    foreach ($holder in $Command.SelectNodes('.//*[maml:para][not(ancestor-or-self::command:example)]', $Names)) {
        $source = ($holder.SelectNodes('maml:para', $Names) | ForEach-Object { $_.InnerText.Replace([string][char]0x80, '') }) -join "`n`n"
        Write-Paragraph $holder @(Split-Markdown $source)
    }

    # Adds short names of types, as in the syntax, and the defaults, which PlatyPS leaves out.
    $short = @{}
    foreach ($value in $Command.SelectNodes('command:syntax//command:parameter/command:parameterValue', $Names)) {
        $short[$value.ParentNode.SelectSingleNode('maml:name', $Names).InnerText] = $value.InnerText
    }

    foreach ($parameter in $Command.SelectNodes('command:parameters/command:parameter', $Names)) {
        $name = $parameter.SelectSingleNode('maml:name', $Names).InnerText
        if ($short.ContainsKey($name)) {
            foreach ($type in $parameter.SelectNodes('command:parameterValue | dev:type/maml:name', $Names)) {
                $type.InnerText = $short[$name]
            }
        }

        $default = ($Page.Parameters | Where-Object Name -EQ $name).DefaultValue
        if ($default -and -not $parameter.SelectSingleNode('dev:defaultValue', $Names)) {
            $null = Add-Element $parameter 'dev:defaultValue' $default
        }
    }

    $examples = @($Command.SelectNodes('command:examples/command:example', $Names))
    for ($i = 0; $i -lt $examples.Count; $i++) {
        Convert-Example $examples[$i] $Page.Examples[$i].Remarks $Names
    }

    # Links to pages in this folder are commands and topics, not URLs.
    foreach ($link in @($Command.SelectNodes('command:relatedLinks/maml:navigationLink', $Names))) {
        $address = $link.SelectSingleNode('maml:uri', $Names)
        if ($link.SelectSingleNode('maml:linkText', $Names).InnerText -eq 'Online Version' -and -not $address.InnerText) {
            $null = $link.ParentNode.RemoveChild($link)
        }
        elseif ($address.InnerText -like '*.md') {
            $address.InnerText = ''
        }
    }
}

# Returns the XML of all pages, sorted by name.
function Get-CommandHelp {
    $files = @(Get-ChildItem $pages -Filter '*-*.md' | Sort-Object Name -Culture '')
    $help = @($files | ForEach-Object { Import-MarkdownCommandHelp -Path $_.FullName })
    $folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    try {
        $exported = Export-MamlCommandHelp -CommandHelp $help -OutputFolder $folder -Force
        $document = [Xml.XmlDocument]::new()
        $document.Load($exported.FullName)
    }
    finally {
        Remove-Item $folder -Recurse -Force -ErrorAction Ignore
    }

    $names = [Xml.XmlNamespaceManager]::new($document.NameTable)
    foreach ($prefix in 'command', 'maml', 'dev') {
        $names.AddNamespace($prefix, $document.DocumentElement.GetNamespaceOfPrefix($prefix))
    }

    foreach ($command in $document.SelectNodes('//command:command', $names)) {
        $name = $command.SelectSingleNode('command:details/command:name', $names).InnerText
        Convert-Command $command ($help | Where-Object Title -EQ $name) $names
    }

    $settings = [Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; Encoding = $utf8 }
    $stream = [IO.MemoryStream]::new()
    $writer = [Xml.XmlWriter]::Create($stream, $settings)
    $document.Save($writer)
    $writer.Dispose()
    $utf8.GetString($stream.ToArray()).TrimEnd() + "`n"
}

$result = [ordered]@{ 'CohereShell.dll-Help.xml' = Get-CommandHelp }
foreach ($topic in Get-ChildItem $pages -Filter 'about_*.md' | Sort-Object Name -Culture '') {
    $result["$($topic.BaseName).help.txt"] = ConvertTo-AboutText $topic.FullName
}

if (-not $Check) {
    $null = New-Item -ItemType Directory -Path $compiled -Force
    foreach ($name in $result.Keys) {
        [IO.File]::WriteAllText((Join-Path $compiled $name), $result[$name], $utf8)
        Write-Verbose "Wrote en-US/$name"
    }

    return
}

$differences = foreach ($name in $result.Keys) {
    $path = Join-Path $compiled $name
    if (-not (Test-Path $path)) {
        "en-US/$name is missing."
        continue
    }

    $committed = [IO.File]::ReadAllText($path).Replace("`r`n", "`n").Split("`n")
    $expected = $result[$name].Split("`n")
    $line = 0
    while ($line -lt $committed.Count -and $line -lt $expected.Count -and $committed[$line] -ceq $expected[$line]) {
        $line++
    }

    if ($line -lt $committed.Count -or $line -lt $expected.Count) {
        $is = if ($line -lt $committed.Count) { $committed[$line].Trim() } else { 'the end of the file' }
        $should = if ($line -lt $expected.Count) { $expected[$line].Trim() } else { 'the end of the file' }
        "en-US/$name differs in line $($line + 1): it is '$is', but should be '$should'."
    }
}
$left = Get-ChildItem $compiled -File -ErrorAction Ignore | Where-Object { -not $result.Contains($_.Name) } | ForEach-Object { "en-US/$($_.Name) has no page in docs/en-US." }
if ($differences -or $left) {
    throw "The compiled help doesn't match docs/en-US. Run tools/Build-Help.ps1 and commit en-US.`n$((@($differences) + @($left) | Where-Object { $_ }) -join "`n")"
}

Write-Verbose 'The compiled help matches docs/en-US.'
