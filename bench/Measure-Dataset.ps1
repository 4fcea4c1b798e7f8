#Requires -Version 7.4
<#
.SYNOPSIS
    Measures the upload of a large file as a dataset and the export of 100,000 rows.
.DESCRIPTION
    upload      the peak memory of the process that uploads, compared to a small upload. The server is the emulator in
                another process, over a socket.
    dropped     the connection is closed in the middle of an upload: the number of errors, requests and datasets
    export      rows per second as JSON Lines, as CSV and as objects, and how much the memory grows
    killed      kill -9 in the middle of an export: what the destination file contains

    Linux only: the peak memory comes from /proc.
.PARAMETER Bytes
    The size of the file in bytes.
.PARAMETER Rows
    The number of rows to export.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The script prints results for the user.')]
[CmdletBinding()]
param(
    [long] $Bytes = 1500000000,
    [int] $Rows = 100000
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Join-Path $PSScriptRoot '..' | Convert-Path
. ([IO.Path]::Combine($PSScriptRoot, '..', 'tools', 'PowerShell.ps1'))
$module = Join-Path $root 'out' 'CohereShell'
$folder = New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "cohereshell-bench-$PID")
$env:NO_PROXY = '127.0.0.1'

# Starts a script in a separate process with the module imported.
function Open-Script([string] $Script) {
    $start = Get-PowerShellStartInfo '-NonInteractive', '-Command', "`$ErrorActionPreference = 'Stop'; `$ProgressPreference = 'SilentlyContinue'; Import-Module '$module'; $Script"
    $start.RedirectStandardOutput = $true
    [Diagnostics.Process]::Start($start)
}

function Invoke-Script([string] $Script) {
    $process = Open-Script $Script
    $process.StandardOutput.ReadToEnd().Trim()
    $process.WaitForExit()
    if ($process.ExitCode -ne 0) {
        throw "'$Script' failed."
    }
}

# A relay that closes both connections after a number of bytes were sent to the server. It counts the upload requests.
Add-Type -TypeDefinition @'
using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

public sealed class DroppingRelay
{
    private readonly TcpListener _listener = new TcpListener(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly long _dropAfter;
    public int Uploads;

    public DroppingRelay(int port, long dropAfter)
    {
        _port = port;
        _dropAfter = dropAfter;
        _listener.Start();
        Task.Run(AcceptAsync);
    }

    public int Port { get { return ((IPEndPoint)_listener.LocalEndpoint).Port; } }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync();
            _ = Task.Run(() => RelayAsync(client));
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient("127.0.0.1", _port))
        {
            _ = server.GetStream().CopyToAsync(client.GetStream());
            var buffer = new byte[1 << 16];
            long done = 0;
            int count;
            while (done < _dropAfter && (count = await client.GetStream().ReadAsync(buffer, 0, buffer.Length)) > 0)
            {
                if (Encoding.ASCII.GetString(buffer, 0, Math.Min(count, 32)).StartsWith("POST /v1/datasets"))
                {
                    Interlocked.Increment(ref Uploads);
                }

                done += count;
                await server.GetStream().WriteAsync(buffer, 0, count);
            }
        }
    }
}
'@

$emulator = $null
try {
    $large = Join-Path $folder 'large.jsonl'
    $line = '{"text":"' + ('Logs are kept for ninety days, and backups for a year. ' * 18) + '"}' + "`n"
    $piece = [Text.Encoding]::UTF8.GetBytes($line * 1000)
    $stream = [IO.File]::Create($large)
    while ($stream.Length + $piece.Length -le $Bytes) { $stream.Write($piece, 0, $piece.Length) }
    $stream.Dispose()
    $few = Join-Path $folder 'rows.jsonl'
    $writer = [IO.StreamWriter]::new($few)
    foreach ($i in 1..$Rows) { $writer.Write("{`"text`":`"Ticket $i says that the printer of floor $($i % 9) has no paper, and asks for help with it.`",`"id`":$i}`n") }
    $writer.Dispose()

    $emulator = Open-Script "`$e = Start-CohereEmulator; [Console]::WriteLine([string] `$e.BaseUri); Start-Sleep 3600"
    $address = $emulator.StandardOutput.ReadLine()
    $connect = "`$null = Connect-Cohere -BaseUri '$address' -ApiKey a-key-for-benches; "
    $peak = "function Get-Peak { [int]((Get-Content /proc/self/status | Select-String 'VmHWM:\s+(\d+)').Matches[0].Groups[1].Value / 1024) }; "

    # Uploads a small file first, because the memory for the first request of a process doesn't depend on the size.
    $upload = Invoke-Script ($connect + $peak + "`$null = New-CohereDataset '$few' -Type embed-input; `$idle = Get-Peak; `$watch = [Diagnostics.Stopwatch]::StartNew(); `$null = New-CohereDataset '$large' -Type embed-input; '{0} {1} {2:0.0}' -f `$idle, (Get-Peak), `$watch.Elapsed.TotalSeconds")
    $idle, $most, $seconds = $upload -split ' '
    Write-Host ('upload      {0:N0} bytes in {1} s; peak {2} MB, {3} MB above the {4} MB of a small upload' -f (Get-Item $large).Length, $seconds, $most, ($most - $idle), $idle)

    $relay = [DroppingRelay]::new(([uri] $address).Port, [long] ($Bytes / 2))
    $before = [int] (Invoke-Script ($connect + '@(Get-CohereDataset).Count'))
    $dropped = Invoke-Script ("`$null = Connect-Cohere -BaseUri 'http://127.0.0.1:$($relay.Port)' -ApiKey a-key-for-benches; `$problems = `$null; `$made = New-CohereDataset '$large' -Type embed-input -ErrorVariable problems -ErrorAction SilentlyContinue; '{0} objects, {1} error: {2}' -f @(`$made).Where({ `$_ }).Count, `$problems.Count, `$problems[0].FullyQualifiedErrorId; `"`$(`$problems[0])`"")
    $after = [int] (Invoke-Script ($connect + '@(Get-CohereDataset).Count'))
    Write-Host "dropped     $($relay.Uploads) request, $($after - $before) datasets, $dropped"

    $id = Invoke-Script ($connect + "(New-CohereDataset '$few' -Name rows -Type embed-input -KeepField id | Wait-CohereDataset -PollingIntervalSec 0.2).DatasetId")
    foreach ($form in 'Jsonl', 'Csv', 'Object') {
        $export = if ($form -eq 'Object') { "`$null = `$id | Export-CohereDataset | ForEach-Object { `$n++ }" } else { "Export-CohereDataset `$id -Path '$(Join-Path $folder "out.$form")' -Format $form" }
        $result = Invoke-Script ($connect + $peak + "`$n = 0; `$id = '$id'; `$null = Export-CohereDataset `$id | Select-Object -First 10; `$idle = Get-Peak; `$watch = [Diagnostics.Stopwatch]::StartNew(); $export; '{0} {1} {2}' -f `$idle, (Get-Peak), `$watch.Elapsed.TotalSeconds")
        $idle, $most, $seconds = $result -split ' '
        Write-Host ('export      {0,-6} {1:N0} rows a second; {2} MB above idle' -f $form, ($Rows / [double] $seconds), ($most - $idle))
    }

    $target = Join-Path $folder 'killed.jsonl'
    $exporter = Open-Script ($connect + "[Console]::WriteLine('begin'); while (`$true) { Export-CohereDataset '$id' -Path '$target' -NoClobber; Remove-Item '$target' }")
    $null = $exporter.StandardOutput.ReadLine()
    while (-not (Get-ChildItem -Path $folder -Filter 'killed.jsonl.*.tmp' | Where-Object Length -GT 0)) { Start-Sleep -Milliseconds 1 }
    $exporter.Kill()
    $exporter.WaitForExit()
    $stands = if (Test-Path $target) { @([IO.File]::ReadAllLines($target)).Count } else { 'nothing' }
    Write-Host "killed      rows in the destination file: $stands of $Rows; temporary files beside it: $(@(Get-ChildItem -Path $folder -Filter 'killed.jsonl.*.tmp').Count)"
}
finally {
    if ($emulator) { $emulator.Kill() }
    Remove-Item -LiteralPath $folder -Recurse
}
