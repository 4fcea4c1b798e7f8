<#
.SYNOPSIS
    Creates docs/terminal.svg, the picture of a terminal in the README.
.DESCRIPTION
    Runs commands of the module with the emulator in a new PowerShell process, and draws their output in color. To change
    the picture, change the commands below and run the script again.
.PARAMETER Path
    The file to write. By default, docs/terminal.svg.
.EXAMPLE
    ./build.ps1 build; ./tools/Build-Picture.ps1
#>
[CmdletBinding()]
param(
    [string] $Path = [IO.Path]::Combine($PSScriptRoot, '..', 'docs', 'terminal.svg')
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
. ([IO.Path]::Combine($PSScriptRoot, 'PowerShell.ps1'))
$columns = 92
$module = [IO.Path]::Combine($PSScriptRoot, '..', 'out', 'CohereShell')

# The picture shows these commands at the prompt, followed by their output.
$commands = @(
    'Connect-Cohere -Emulator'
    "Get-Content policy.txt | Invoke-CohereChat 'How long are logs kept?'"
    "Get-Content policy.txt | New-CohereEmbedding | Search-CohereEmbedding 'backup' -Top 2"
    @'
$schema = @{ type = 'object'; properties = [ordered] @{
>>     city = @{ enum = 'Paris', 'Berlin' }; topic = @{ enum = 'printer', 'vpn', 'mail' }
>>     urgent = @{ type = 'boolean' } } }
'@
    "Invoke-CohereChat 'The VPN in Berlin is down!' -JsonSchema `$schema -AsObject"
    "Invoke-CohereChat 'Which process uses port 443?' -Tool Get-PortOwner -InvokeTool"
    'Get-CohereUsage'
)

# Uses a new PowerShell process, so that the current session doesn't affect the picture, and a temporary folder for the files.
function Get-ShownText {
    $folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    $null = New-Item -ItemType Directory -Path $folder
    try {
        Set-Content -LiteralPath (Join-Path $folder 'policy.txt') -Value 'Logs are kept for 90 days.', 'Backups run every night.', 'Keys are rotated every quarter.'
        $script = @"
            `$ErrorActionPreference = 'Stop'
            `$PSStyle.OutputRendering = 'Ansi'
            Import-Module '$($module.Replace("'", "''"))'
            Set-Location -LiteralPath '$($folder.Replace("'", "''"))'
            function Get-PortOwner { param([int] `$Port) [pscustomobject] @{ Port = `$Port; Process = 'nginx'; Id = 812 } }
            foreach (`$command in ConvertFrom-Json (Get-Content -LiteralPath commands.json -Raw)) {
                "PS> `$command"
                Invoke-Expression (`$command -replace '(?m)^>>') | Out-String -Width $columns
            }
"@
        Set-Content -LiteralPath (Join-Path $folder 'commands.json') -Value (ConvertTo-Json $commands)
        Set-Content -LiteralPath (Join-Path $folder 'show.ps1') -Value $script
        $output = Invoke-PowerShell -NonInteractive -File (Join-Path $folder 'show.ps1')
        if ($LASTEXITCODE -ne 0) {
            throw "The commands of the picture failed:`n$($output -join "`n")"
        }

        ($output -join "`n") -replace '(\r?\n){3,}', "`n`n"
    }
    finally {
        Remove-Item -LiteralPath $folder -Recurse -Force
    }
}

# Converts the SGR codes of PowerShell's views to classes of the style sheet.
function ConvertTo-Span([string] $Line) {
    $class = ''
    foreach ($part in [regex]::Split($Line, '(\x1b\[[\d;]*m)')) {
        if ($part -match '^\x1b\[([\d;]*)m$') {
            foreach ($code in "$($Matches[1])0".Length -eq 1 ? '0' : $Matches[1].Split(';')) {
                $class = switch ($code) { '0' { '' } '1' { "$class b".Trim() } '3' { "$class i".Trim() } default { "$class c$code".Trim() } }
            }
        }
        elseif ($part) {
            $text = [Security.SecurityElement]::Escape($part)
            $class ? "<tspan class=`"$class`">$text</tspan>" : $text
        }
    }
}

$prompt = [regex]'^(?:PS>|>>)'
$lines = @((Get-ShownText).Trim().Split("`n"))
if ($long = $lines | Where-Object { ($_ -replace '\x1b\[[\d;]*m').Length -gt $columns } | Select-Object -First 1) {
    throw "This line is longer than $columns columns: $long"
}

$lineHeight, $charWidth, $margin, $top = 20, 8.43, 18, 52
$width = [int]($columns * $charWidth + 2 * $margin)
$height = $top + $lines.Count * $lineHeight + $margin
$rows = for ($i = 0; $i -lt $lines.Count; $i++) {
    $line = $lines[$i].TrimEnd()
    $spans = if ($prompt.IsMatch($line)) {
        "<tspan class=`"p`">$([Security.SecurityElement]::Escape($prompt.Match($line).Value))</tspan><tspan class=`"b`">$([Security.SecurityElement]::Escape($prompt.Replace($line, '', 1)))</tspan>"
    }
    else {
        -join (ConvertTo-Span $line)
    }

    "  <text x=`"$margin`" y=`"$($top + ($i + 1) * $lineHeight - 6)`" xml:space=`"preserve`">$spans</text>"
}

$svg = @"
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" width="$width" height="$height" role="img" aria-label="A PowerShell session with CohereShell: an answer from documents, a search, JSON from text, a tool, and the usage">
  <style>
    text { font: 14px ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d4d4d4; }
    .p { fill: #4ec9b0; } .b { font-weight: bold; fill: #ffffff; } .i { font-style: italic; }
    .c31, .c91 { fill: #f48771; } .c32, .c92 { fill: #6fc276; } .c33, .c93 { fill: #dcdcaa; }
    .c36, .c96 { fill: #4fc1ff; } .c90, .c2 { fill: #8a8a8a; }
  </style>
  <rect width="$width" height="$height" rx="10" fill="#1e1e1e"/>
  <circle cx="24" cy="22" r="6" fill="#ff5f56"/><circle cx="44" cy="22" r="6" fill="#ffbd2e"/><circle cx="64" cy="22" r="6" fill="#27c93f"/>
  <text x="$([int]($width / 2))" y="27" text-anchor="middle" class="c90">PowerShell</text>
$($rows -join "`n")
</svg>
"@
[IO.File]::WriteAllText([IO.Path]::GetFullPath($Path, (Get-Location -PSProvider FileSystem).ProviderPath), $svg.Replace("`r", '') + "`n")
