<#
.SYNOPSIS
    Converts the text of a ticket to an object with category, priority, user, computer and summary.
.DESCRIPTION
    Each string from the pipeline is a ticket. The answer must match a JSON schema, so you can sort and export the output,
    or write it to another system. A ticket that can't be converted causes a separate error.
.PARAMETER Ticket
    The texts of the tickets. The default is three sample tickets.
.PARAMETER Model
    The model. The default is the model of the session.
.PARAMETER ThrottleLimit
    The maximum number of tickets to process in parallel.
.PARAMETER Emulator
    Uses the emulator. It's also used if the environment has no API key.
.EXAMPLE
    ./examples/Convert-TicketToObject.ps1 -Emulator | Format-Table
.EXAMPLE
    Get-ChildItem *.txt | Get-Content -Raw | ./examples/Convert-TicketToObject.ps1 | Export-Csv tickets.csv
#>
[CmdletBinding()]
param(
    [Parameter(ValueFromPipeline)]
    [string[]] $Ticket,

    [string] $Model,

    [ValidateRange(1, 64)]
    [int] $ThrottleLimit = 4,

    [switch] $Emulator
)

begin {
    if (-not (Get-Module CohereShell)) {
        # Imports the built module of this clone, or else the installed one.
        $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
        Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' }) -ErrorAction Stop
    }

    if ($Emulator -or -not (Get-CohereSession)) {
        Connect-Cohere -Emulator -ErrorAction Stop
        Write-Warning 'The emulator answers. It fills the schema with words of the ticket, without understanding them.'
    }

    $schema = [ordered]@{
        type       = 'object'
        properties = [ordered]@{
            category = @{ type = 'string'; enum = @('account', 'hardware', 'software', 'network', 'other') }
            priority = @{ type = 'string'; enum = @('low', 'normal', 'high') }
            user     = @{ type = 'string'; format = 'email' }
            computer = @{ type = 'string'; pattern = 'PC-[0-9]{4}' }
            summary  = @{ type = 'string' }
        }
        required   = @('category', 'priority', 'user', 'computer', 'summary')
    }
    $options = @{
        JsonSchema    = $schema
        SystemMessage = 'You read tickets of a help desk. Answer in JSON. Write only what the ticket says.'
        Temperature   = 0
        ThrottleLimit = $ThrottleLimit
        AsObject      = $true
    }
    if ($Model) {
        $options.Model = $Model
    }

    $texts = [Collections.Generic.List[string]]::new()
}

process {
    foreach ($text in $Ticket) {
        $texts.Add($text)
    }
}

end {
    if ($texts.Count -eq 0) {
        $texts.Add('High priority: jane.doe@contoso.com cannot sign in at PC-1234, her account is locked.')
        $texts.Add('Normal priority. The hardware of PC-0815 beeps three times at start, says joe@contoso.com.')
        $texts.Add('Low priority: anna@contoso.com asks for other software than the one on PC-4711.')
    }

    $texts | Invoke-CohereChat @options
}
