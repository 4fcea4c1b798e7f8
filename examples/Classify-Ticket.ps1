#Requires -Modules CohereShell
<#
.SYNOPSIS
    Adds a category and an urgency to each ticket of a CSV file.
.DESCRIPTION
    Connect first, or set CO_API_KEY. Results are appended to the file as they arrive. If the run is interrupted, run the
    script again: tickets that are in the file are skipped.
.PARAMETER Path
    The CSV file with the columns Id, Subject and Body.
.PARAMETER OutFile
    The CSV file for the tickets with their category.
.EXAMPLE
    ./examples/Classify-Ticket.ps1 -Path tickets.csv -OutFile triaged.csv
#>
param([string] $Path = "$PSScriptRoot/tickets.csv", [string] $OutFile = 'triaged.csv')
$kinds = @{ category = @{ type = 'string'; enum = @('network', 'hardware', 'account', 'other') }; urgent = @{ type = 'boolean' } }
$schema = @{ type = 'object'; properties = $kinds; required = @('category', 'urgent') }
Import-Csv -LiteralPath $Path | Invoke-CohereChat -Prompt 'Classify: {Subject}. {Body}' -JsonSchema $schema -Merge -IdProperty Id -OutFile $OutFile -Resume
Import-Csv -LiteralPath $OutFile | Group-Object -Property category -NoElement
