#Requires -Modules CohereShell
<#
.SYNOPSIS
    Translates the text files of a folder.
.DESCRIPTION
    Connect first, or set CO_API_KEY. Translations are appended to a file as they arrive, and written to a folder at the end.
    If the run is interrupted, run the script again: files that are translated are skipped.
.PARAMETER Path
    The folder with the .txt files.
.PARAMETER Destination
    The folder for the translations. It must exist, and can't be the folder of the files.
.PARAMETER Language
    The language to translate into.
.EXAMPLE
    ./examples/Convert-TextToLanguage.ps1 -Path ./policies -Destination ./german -Language German
#>
param([string] $Path = '.', [Parameter(Mandatory)] [string] $Destination, [string] $Language = 'German')
$done = Join-Path $Destination 'translations.jsonl'
Get-ChildItem -LiteralPath $Path -Filter *.txt | Invoke-CohereChat -Prompt "Translate into $Language. Return only the translation." -IdProperty Name -OutFile $done -Resume
Get-Content -LiteralPath $done -Encoding utf8 | ConvertFrom-Json | ForEach-Object { Set-Content -LiteralPath (Join-Path $Destination $_.Name) -Value $_.Text -Encoding utf8 }
