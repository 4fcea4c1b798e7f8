<#
.SYNOPSIS
    Makes an object of the free text of a ticket: category, priority, user, computer, summary.
.DESCRIPTION
    Tickets come from the pipeline, one text each. The answer has to fit a JSON schema, so that what comes out can be
    sorted, exported and written into another system. A ticket that cannot be read is an error of its own.
.PARAMETER Ticket
    The texts. Without any, three made-up ones.
.PARAMETER Model
    The model. Default: that of the session.
.PARAMETER ThrottleLimit
    How many tickets are read at the same time.
.PARAMETER Emulator
    Asks the emulator. It is asked too when there is no key in the environment.
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
        # Of a clone that has been built, or of $env:PSModulePath.
        $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
        Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' }) -ErrorAction Stop
    }

    if ($Emulator -or -not (Get-CohereSession)) {
        Connect-Cohere -Emulator -ErrorAction Stop
        Write-Warning 'The emulator answers. It fills the schema with words of the ticket and understands nothing.'
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
