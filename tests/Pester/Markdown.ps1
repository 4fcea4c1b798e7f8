# The code of a page, block by block, as a reader sees it. Section and Title are the headings above it (## and ###); Skip is
# the reason that a comment "test: skip, …" before it gives for not running it, and holds for one block.
function Get-MarkdownCode([string] $Path) {
    $section = $title = $code = $skip = $null
    foreach ($line in Get-Content -LiteralPath $Path) {
        if ($null -ne $code) {
            if ($line -match '^```\s*$') {
                [pscustomobject] @{ Section = $section; Title = $title; Code = $code -join "`n"; Skip = $skip }
                $code = $skip = $null
            }
            else {
                $code += $line
            }
        }
        elseif ($line -match '^##\s+(.+?)\s*$') {
            $section = $Matches[1]
            $title = $null
        }
        elseif ($line -match '^###\s+(.+?)\s*$') {
            $title = $Matches[1]
        }
        elseif ($line -match '^<!--\s*test:\s*skip,\s*(.+?)\s*-->') {
            $skip = $Matches[1]
        }
        elseif ($line -match '^```powershell\s*$') {
            $code = @()
        }
    }
}

# A PowerShell for the code of a page: in a folder with the files that it speaks of, and with stand-ins for what asks somebody
# or is only there in the cloud.
function Get-ReaderShell {
    param([string] $Folder, [string] $Code, [string] $ConnectTo)

    foreach ($name in [regex]::Matches($Code, '[\w-]+\.(png|jpe?g|webp|gif|txt|md|log|wav|mp3|flac|ogg)\b').Value | Sort-Object -Unique) {
        $path = Join-Path $Folder $name
        if ($name -match '(txt|md|log)$') {
            Set-Content -LiteralPath $path -Value 'Logs are kept for 90 days.', 'Backups are kept for a year.'
        }
        else {
            [System.IO.File]::WriteAllBytes($path, (Get-TestPng))
        }
    }

    $shell = Get-OtherPowerShell
    $null = $shell.AddScript('param($folder, $address)
        Set-Location -LiteralPath $folder
        # Nobody reads along.
        $PSDefaultParameterValues["*-Cohere*:PollingIntervalSec"] = 0.1
        function Read-Host { param($Prompt, [switch] $AsSecureString, [switch] $MaskInput) if ($AsSecureString) { [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword } else { "a-key-for-tests" } }
        function Get-Credential { [pscredential]::new("cohere", [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword) }
        function Get-AutomationConnection { @{ ApiKey = "a-key-for-tests" } }
        function Get-AutomationVariable { "a-key-for-tests" }
        function Get-AutomationPSCredential { Get-Credential }
        if ($address) { Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests }').AddArgument($Folder).AddArgument($ConnectTo).Invoke()
    $shell
}

# What code shows on the screen.
function Invoke-ReaderCode($Shell, [string] $Code) {
    $Shell.Commands.Clear()
    $null = $Shell.AddScript($Code).AddCommand('Out-String').AddParameter('Width', 120)
    $running = $Shell.BeginInvoke()
    if (-not $running.AsyncWaitHandle.WaitOne(30000)) {
        $Shell.Stop()
        throw 'The code does not end.'
    }

    $Shell.EndInvoke($running) -join "`n"
}

function Get-ReaderProblem($Shell) {
    foreach ($problem in $Shell.Streams.Error) {
        "$problem`n$($problem.InvocationInfo.PositionMessage)"
    }
}
