#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The commands of these tests are there for their parameters.')]
param()

BeforeDiscovery {
    # Commands of every PowerShell, with parameters of every kind.
    $script:builtIn = @(
        'Get-ChildItem', 'Get-Content', 'Set-Content', 'Get-Process', 'Get-Date', 'Measure-Object', 'Select-String', 'Test-Path', 'New-Item', 'Remove-Item'
        'ConvertTo-Json', 'ConvertFrom-Csv', 'Get-Command', 'Start-Sleep', 'Get-Random', 'Test-Connection', 'Invoke-WebRequest', 'Get-Member', 'Sort-Object'
        'Get-Help', 'Resolve-Path', 'Compare-Object', 'Select-Object', 'Format-Table', 'Start-Process', 'Copy-Item', 'Import-Csv', 'Get-Variable'
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # What a tool makes of the arguments that a model wrote. The part that binds is the module's own.
    function Get-Binding([Parameter(Mandatory)] $Tool, [AllowEmptyString()] [string] $Json) {
        $plain = $Tool.PSObject.BaseObject
        $call = [CohereShell.ToolCall]::new('c1', $plain.Name, $Json)
        [CohereShell.CommandTool].Assembly.GetType('CohereShell.Tools.ToolArguments').GetMethod('Bind').Invoke($null, @($plain, $call))
    }

    function Get-Schema([Parameter(Mandatory)] $Tool) {
        ConvertFrom-Json -InputObject $Tool.JsonSchema
    }

    # What is no JSON Schema about a schema: keywords and their values as draft 2020-12 has them.
    function Get-SchemaProblem($Schema, [string] $Place = '#') {
        foreach ($keyword in $Schema.PSObject.Properties) {
            $value = $keyword.Value
            $isFit = switch -CaseSensitive ($keyword.Name) {
                'type' { $value -is [string] -and $value -cin 'string', 'integer', 'number', 'boolean', 'array', 'object', 'null' }
                { $_ -cin 'description', 'format' } { $value -is [string] -and $value.Length -gt 0 }
                'pattern' { $value -is [string] -and [regex]::new($value, 'ECMAScript') }
                { $_ -cin 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum' } { $value -is [ValueType] -and $value -isnot [bool] -and $Schema.type -cin 'integer', 'number' }
                { $_ -cin 'minLength', 'maxLength' } { ($value -is [int] -or $value -is [long]) -and $value -ge 0 -and $Schema.type -ceq 'string' }
                { $_ -cin 'minItems', 'maxItems' } { ($value -is [int] -or $value -is [long]) -and $value -ge 0 -and $Schema.type -ceq 'array' }
                'enum' { @($value).Count -gt 0 -and @($value | Select-Object -Unique).Count -eq @($value).Count }
                'items' { $Schema.type -ceq 'array'; Get-SchemaProblem $value "$Place/items" }
                'properties' { $Schema.type -ceq 'object'; foreach ($property in $value.PSObject.Properties) { Get-SchemaProblem $property.Value "$Place/$($property.Name)" } }
                'required' { $value -is [array] -and -not ($value | Where-Object { $_ -cnotin $Schema.properties.PSObject.Properties.Name }) }
                'additionalProperties' { $value -is [bool] }
                'default' { $true }
                default { $false }
            }

            # The problems of what is inside come through the same switch.
            $isFit | Where-Object { $_ -is [string] }
            if (@($isFit)[0] -eq $false) {
                "$Place has $($keyword.Name): $(ConvertTo-Json -Compress -InputObject $value)"
            }
        }

        foreach ($pair in @('minimum', 'maximum'), @('minLength', 'maxLength'), @('minItems', 'maxItems')) {
            if ($null -ne $Schema.($pair[0]) -and $null -ne $Schema.($pair[1]) -and $Schema.($pair[0]) -gt $Schema.($pair[1])) {
                "$Place has no room between $pair"
            }
        }
    }

    # A value that fits the schema, as a model would send it.
    function Get-Instance($Schema) {
        if ($Schema.enum) {
            return $Schema.enum[-1]
        }

        switch ($Schema.type) {
            'string' {
                switch ($Schema.format) {
                    'date-time' { '2026-01-31T08:00:00Z' }
                    'uuid' { '0f8fad5b-d9cb-469f-a165-70867728950e' }
                    'uri-reference' { 'https://example.com/' }
                    default {
                        if ($Schema.description -match 'time span') { '00:05:00' }
                        elseif ($Schema.description -match 'version') { '1.1' }
                        elseif ($Schema.description -match 'joined with') { 'Hidden' }
                        elseif ($Schema.maxLength -eq 1) { 'x' }
                        else { 'text' }
                    }
                }
            }
            'integer' { [long][Math]::Min([Math]::Max([decimal] 7, $Schema.minimum), $Schema.maximum) }
            'number' { 1.5 }
            'boolean' { $true }
            'array' { , @(, (Get-Instance $Schema.items)) }
            'object' { @{ key = 'value' } }
            default { 'anything' }
        }
    }

    # The command's own parameters, and nothing behind them: what is bound comes back.
    function Get-Proxy([System.Management.Automation.CommandInfo] $Command) {
        $metadata = [System.Management.Automation.CommandMetadata]::new($Command)
        $binding = [System.Management.Automation.ProxyCommand]::GetCmdletBindingAttribute($metadata)
        $parameters = [System.Management.Automation.ProxyCommand]::GetParamBlock($metadata)
        [scriptblock]::Create("$binding param($parameters) end { @{ Set = `$PSCmdlet.ParameterSetName; Bound = `$PSBoundParameters } }")
    }
}

AfterAll {
    Restore-TestState
}

Describe 'New-CohereTool, from a command' {
    It 'takes <Why>' -ForEach @(
        @{ Why = 'a name'; Given = { 'Get-Date' } }
        @{ Why = 'a name with its module'; Given = { 'Microsoft.PowerShell.Utility\Get-Date' } }
        @{ Why = 'what Get-Command puts out'; Given = { Get-Command -Name Get-Date } }
    ) {
        $tool = New-CohereTool (& $Given)

        $tool | Should -BeOfType CohereShell.CommandTool
        $tool.Name | Should -BeExactly 'Get_Date'
        $tool.Command.Name | Should -Be 'Get-Date'
        $tool.Verb | Should -Be 'Get'
        $tool.ScriptBlock | Should -BeNullOrEmpty
        $tool.Description | Should -Not -BeNullOrEmpty
        "$tool" | Should -Be 'Get_Date'
    }

    It 'follows an alias to its command' {
        $tool = New-CohereTool gci

        $tool.Name | Should -Be 'Get_ChildItem'
        $tool.Command.CommandType | Should -Be 'Cmdlet'
        # Parameters of the file system, which the command has only here and now.
        $tool.Parameter | Should -Contain 'Directory'
    }

    It 'makes one tool for each command of the pipeline' {
        $tools = Get-Command -Name Get-Date, Get-Process | New-CohereTool

        $tools.Name | Should -Be 'Get_Date', 'Get_Process'
        ('Get-Date', 'Get-Process' | New-CohereTool).Name | Should -Be $tools.Name
    }

    It 'continues after a command that cannot be a tool' {
        $tools = New-CohereTool Get-Date, No-SuchCommand, Get-Process -ErrorAction SilentlyContinue -ErrorVariable problems

        $tools.Name | Should -Be 'Get_Date', 'Get_Process'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.CommandNotFound,*'
        $problems[0].TargetObject | Should -Be 'No-SuchCommand'
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'takes a script file, with its help and its defaults' {
        $path = Join-Path $TestDrive 'Get-Report.ps1'
        Set-Content -LiteralPath $path -Value @'
<#
.SYNOPSIS
    Reads a report.
.PARAMETER Month
    Which month.
#>
param([ValidateRange(1, 12)] [int] $Month = 3, [switch] $Full)
"$Month"
'@
        $tool = New-CohereTool $path

        $tool.Name | Should -Be 'Get_Report'
        $tool.Description | Should -Be 'Reads a report.'
        $month = (Get-Schema $tool).properties.Month
        $month.description | Should -Be 'Which month.'
        $month.minimum | Should -Be 1
        $month.maximum | Should -Be 12
        $month.default | Should -Be 3
    }

    It 'says what the parameters take' {
        function Get-Ticket {
            <#
            .SYNOPSIS
                Finds tickets.
            .PARAMETER Id
                The number of the ticket.
            #>
            [CmdletBinding()]
            param(
                [Parameter(Mandatory)] [ValidateRange(1, 999)] [int] $Id,
                [ValidateSet('Open', 'Closed')] [string[]] $State = 'Open',
                [ValidateLength(2, 8)] [ValidatePattern('^[a-z]+$')] [string] $Tag,
                [ValidateCount(1, 3)] [byte[]] $Level,
                [Nullable[double]] $Weight = 0.5,
                [datetime] $Since = (Get-Date),
                [guid] $Session,
                [timespan] $Within,
                [uri] $Link,
                [DayOfWeek] $Day,
                [IO.FileAttributes] $Flags,
                [hashtable] $Filter,
                [object] $Anything,
                [switch] $Full,
                [bool] $Sure
            )
        }

        $schema = Get-Schema (New-CohereTool Get-Ticket)

        $schema.type | Should -Be 'object'
        $schema.required | Should -Be 'Id'
        $schema.additionalProperties | Should -BeFalse
        $properties = $schema.properties
        ConvertTo-Json -Compress -InputObject $properties.Id | Should -Be '{"type":"integer","minimum":1,"maximum":999,"description":"The number of the ticket."}'
        ConvertTo-Json -Compress -Depth 5 -InputObject $properties.State | Should -Be '{"type":"array","items":{"type":"string","enum":["Open","Closed"]},"default":["Open"]}'
        $properties.Tag.minLength | Should -Be 2
        $properties.Tag.maxLength | Should -Be 8
        $properties.Tag.pattern | Should -Be '^[a-z]+$'
        ConvertTo-Json -Compress -Depth 5 -InputObject $properties.Level | Should -Be '{"type":"array","items":{"type":"integer","minimum":0,"maximum":255},"minItems":1,"maxItems":3}'
        ConvertTo-Json -Compress -InputObject $properties.Weight | Should -Be '{"type":"number","default":0.5}'
        ConvertTo-Json -Compress -InputObject $properties.Since | Should -Be '{"type":"string","format":"date-time"}'
        ConvertTo-Json -Compress -InputObject $properties.Session | Should -Be '{"type":"string","format":"uuid"}'
        $properties.Within.type | Should -Be 'string'
        $properties.Within.description | Should -Match 'hh:mm:ss'
        $properties.Link.format | Should -Be 'uri-reference'
        $properties.Day.enum | Should -Contain 'Monday'
        $properties.Flags.type | Should -Be 'array'
        $properties.Flags.items.enum | Should -Contain 'Hidden'
        $properties.Filter.type | Should -Be 'object'
        $properties.Anything.PSObject.Properties | Should -HaveCount 0
        $properties.Full.type | Should -Be 'boolean'
        $properties.Sure.type | Should -Be 'boolean'
    }

    It 'knows a range by its kind' -Skip:($PSVersionTable.PSVersion.Major -lt 6) {
        $tool = New-CohereTool -Name count -ScriptBlock { param([ValidateRange('Positive')] [int] $Whole, [ValidateRange('NonPositive')] [double] $Real) }

        (Get-Schema $tool).properties.Whole.minimum | Should -Be 1
        (Get-Schema $tool).properties.Real.maximum | Should -Be 0
    }

    It 'describes parameters without help by their names and types, and says so' {
        function Find-Thing { param([string[]] $ComputerName, [int] $MaxEvents, [switch] $IncludeHidden, [Parameter(HelpMessage = 'The zone.')] [string] $Zone) }
        $output = New-CohereTool Find-Thing -Verbose 4>&1
        $notes = @($output.Where({ $_ -is [System.Management.Automation.VerboseRecord] }))
        $properties = (Get-Schema $output.Where({ $_ -isnot [System.Management.Automation.VerboseRecord] })[0]).properties

        $properties.ComputerName.description | Should -Be 'Computer name (list: text).'
        $properties.MaxEvents.description | Should -Be 'Max events (whole number).'
        $properties.IncludeHidden.description | Should -Be 'Turns on: include hidden.'
        $properties.Zone.description | Should -Be 'The zone.'
        $notes -match 'Find-Thing has no help text' | Should -HaveCount 1
    }

    It 'takes descriptions from the help of a module' {
        $tool = New-CohereTool Get-CohereOperation

        $tool.Description | Should -Be (Get-Help Get-CohereOperation).Synopsis.Trim()
        (Get-Schema $tool).properties.Name.description | Should -Not -BeNullOrEmpty
    }

    It 'keeps descriptions short' {
        $long = "The first sentence. $('word ' * 500)"
        $tool = New-CohereTool -Name t -ScriptBlock ([scriptblock]::Create("<#`n.SYNOPSIS`n$long`n.PARAMETER A`n$long`n#>`nparam(`$A)"))

        $tool.Description | Should -Be 'The first sentence.'
        (Get-Schema $tool).properties.A.description.Length | Should -BeLessOrEqual 200
    }

    It 'takes the name and the description that are given' {
        $tool = New-CohereTool Get-Date -Name clock -Description 'Says what time it is.'

        $tool.Name | Should -Be 'clock'
        $tool.Description | Should -Be 'Says what time it is.'
    }

    It 'never offers parameters of PowerShell itself' {
        $offered = (New-CohereTool Remove-Item).Parameter

        $offered | Should -Not -Contain 'WhatIf'
        $offered | Should -Not -Contain 'OutVariable'
        $offered | Should -Not -Contain 'Credential'
    }
}

Describe 'New-CohereTool, which parameters' {
    BeforeAll {
        function Use-Thing {
            [CmdletBinding(DefaultParameterSetName = 'ByScript')]
            param(
                [Parameter(ParameterSetName = 'ByScript', Mandatory)] [scriptblock] $Script,
                [Parameter(ParameterSetName = 'ByName', Mandatory)] [string] $Name,
                [Parameter(ParameterSetName = 'ById', Mandatory)] [int] $Id,
                [Parameter(ParameterSetName = 'ById')] [Alias('How')] [string] $Mode,
                [pscredential] $Credential,
                [Parameter(DontShow)] [string] $Internal,
                [switch] $Force
            )
        }

        function Use-Secret {
            param([Parameter(Mandatory)] [securestring] $Value)
        }
    }

    It 'leaves out what cannot be said in JSON, and sets that need it' {
        $tool = New-CohereTool Use-Thing

        $tool.ParameterSetName | Should -Be 'ById'
        $tool.Parameter | Should -Be 'Id', 'Mode', 'Force'
    }

    It 'takes the set that fits -Parameter' {
        (New-CohereTool Use-Thing -Parameter Name).ParameterSetName | Should -Be 'ByName'
        (New-CohereTool Use-Thing -Parameter Name).Parameter | Should -Be 'Name'
        (New-CohereTool Use-Thing -Parameter id, how).Parameter | Should -Be 'Id', 'Mode'
    }

    It 'takes the set that is named' {
        (New-CohereTool Use-Thing -ParameterSetName byname).Parameter | Should -Be 'Name', 'Force'
    }

    It 'leaves out what -ExcludeParameter names' {
        (New-CohereTool Use-Thing -ExcludeParameter Force, Mode -ParameterSetName ById).Parameter | Should -Be 'Id'
    }

    It 'has a command that changes something work on literal paths' {
        (New-CohereTool Remove-Item).Parameter | Should -Contain 'LiteralPath'
        (New-CohereTool Remove-Item).Parameter | Should -Not -Contain 'Path'
        (New-CohereTool Remove-Item -Parameter Path).Parameter | Should -Be 'Path'
        (New-CohereTool Get-ChildItem).Parameter | Should -Contain 'Path'
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = 'a parameter that there is not'; Id = 'ParameterNotFound'; Text = 'Nothing'; Try = { New-CohereTool Use-Thing -Parameter Nothing } }
        @{ Why = 'a set that there is not'; Id = 'ParameterSetNotFound'; Text = 'Nothing'; Try = { New-CohereTool Use-Thing -ParameterSetName Nothing } }
        @{ Why = 'parameters of different sets'; Id = 'CommandNotUsable'; Text = '-Name, -Id'; Try = { New-CohereTool Use-Thing -Parameter Name, Id } }
        @{ Why = 'a parameter without the mandatory one'; Id = 'CommandNotUsable'; Text = '-Id'; Try = { New-CohereTool Use-Thing -Parameter Mode } }
        @{ Why = 'a mandatory parameter left out'; Id = 'CommandNotUsable'; Text = '-Name'; Try = { New-CohereTool Use-Thing -ParameterSetName ByName -ExcludeParameter Name } }
        @{ Why = 'a credential'; Id = 'CommandNotUsable'; Text = 'PSCredential'; Try = { New-CohereTool Use-Thing -Parameter Credential } }
        @{ Why = 'a set that needs a script block'; Id = 'CommandNotUsable'; Text = '-Script'; Try = { New-CohereTool Use-Thing -ParameterSetName ByScript } }
        @{ Why = 'a command that needs a secret'; Id = 'CommandNotUsable'; Text = '-Value'; Try = { New-CohereTool Use-Secret } }
        @{ Why = 'a variable of the caller'; Id = 'CommandNotUsable'; Text = 'OutVariable'; Try = { New-CohereTool Get-Date -Parameter OutVariable } }
        @{ Why = 'a program'; Id = 'CommandNotUsable'; Text = 'program'; Try = { New-CohereTool (Get-Command dotnet -CommandType Application -TotalCount 1).Path } }
        @{ Why = 'Connect-Cohere'; Id = 'CommandNotUsable'; Text = 'connection'; Try = { New-CohereTool Connect-Cohere } }
        @{ Why = 'Disconnect-Cohere'; Id = 'CommandNotUsable'; Text = 'connection'; Try = { New-CohereTool Disconnect-Cohere } }
        @{ Why = 'a command that there is not'; Id = 'CommandNotFound'; Text = 'No-SuchCommand'; Try = { New-CohereTool No-SuchCommand } }
        @{ Why = 'a wildcard'; Id = 'CommandNotFound'; Text = 'Get-D'; Try = { New-CohereTool 'Get-Dat*' } }
        @{ Why = 'what is no command'; Id = 'NotACommand'; Text = 'Int32'; Try = { New-CohereTool 5 } }
        @{ Why = 'a name that the API does not take'; Id = 'InvalidValue'; Text = 'Get-Date'; Try = { New-CohereTool Get-Date -Name 'Get-Date' } }
        @{ Why = 'one name for two commands'; Id = 'InvalidCombination'; Text = '-Name'; Try = { New-CohereTool Get-Date, Get-Process -Name x } }
        @{ Why = 'a script block without a name'; Id = 'InvalidCombination'; Text = '-Name'; Try = { New-CohereTool { param($A) } } }
    ) {
        $problem = Get-ErrorOf $Try

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        "$problem" | Should -Match $Text
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'says so when a script cannot be read' {
        $path = Join-Path $TestDrive 'Broken.ps1'
        Set-Content -LiteralPath $path -Value 'param( {'

        (Get-ErrorOf { New-CohereTool $path }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.CommandNotUsable,*'
    }
}

Describe 'New-CohereTool, from a script block' {
    It 'reads its param block and its help' {
        $tool = New-CohereTool -Name Add_Numbers {
            <#
            .SYNOPSIS
                Adds two numbers.
            .PARAMETER Left
                One number.
            #>
            param([Parameter(Mandatory)] [double] $Left, [double] $Right = 1)
            $Left + $Right
        }

        $tool.Name | Should -Be 'Add_Numbers'
        $tool.Description | Should -Be 'Adds two numbers.'
        $tool.Verb | Should -BeNullOrEmpty
        $tool.Command | Should -BeNullOrEmpty
        & ([scriptblock]::Create($tool.ScriptBlock)) -Left 2 | Should -Be 3
        (Get-Schema $tool).required | Should -Be 'Left'
        (Get-Schema $tool).properties.Left.description | Should -Be 'One number.'
        (Get-Schema $tool).properties.Right.default | Should -Be 1
    }

    It 'leaves no function behind' {
        $null = New-CohereTool -Name t -ScriptBlock { param($A) }

        Get-Command -Name CohereShellTool -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'runs nothing of it' {
        $script:ran = $false
        $null = New-CohereTool -Name t -ScriptBlock { param($A = $(throw 'ran'), $B = ($script:ran = $true)) throw 'ran' }

        $ran | Should -BeFalse
    }

    It 'takes one without parameters' {
        (New-CohereTool -Name now -ScriptBlock { Get-Date }).JsonSchema | Should -Be '{"type":"object","properties":{},"additionalProperties":false}'
    }
}

Describe 'New-CohereTool, from a schema' {
    It 'takes a hashtable' {
        $tool = New-CohereTool -Name get_ticket -Description 'Finds a ticket.' -JsonSchema @{ type = 'object'; properties = @{ id = @{ type = 'integer' } } }

        $tool | Should -BeOfType CohereShell.ChatTool
        $tool | Should -Not -BeOfType CohereShell.CommandTool
        (Get-Schema $tool).properties.id.type | Should -Be 'integer'
    }

    It 'takes JSON' {
        $json = '{"type":"object","properties":{"id":{"type":"integer"}}}'

        (New-CohereTool -Name get_ticket -InputSchema $json).JsonSchema | Should -Be $json
    }

    It 'finds the parameters of the script block by the names of the properties' {
        $schema = @{ type = 'object'; properties = @{ ticket_id = @{ type = 'integer' }; 'full-text' = @{ type = 'boolean' }; tag = @{ type = 'string' } }; required = @('ticket_id') }
        $tool = New-CohereTool -Name get_ticket -JsonSchema $schema -ScriptBlock { param($TicketId, [switch] $FullText, $Tag) }

        (Get-Binding $tool '{"ticket_id":7,"full-text":true,"tag":"x"}').Parameters.Keys | Sort-Object | Should -Be 'FullText', 'Tag', 'TicketId'
        (Get-Binding $tool '{"TicketId":7}').Problems[0] | Should -Be "parameter TicketId doesn't exist"
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = 'a schema of another type'; Id = 'NotJson'; Try = { New-CohereTool -Name t -JsonSchema @{ type = 'string' } } }
        @{ Why = 'what is no JSON'; Id = 'NotJson'; Try = { New-CohereTool -Name t -JsonSchema '{ "type": ' } }
        @{ Why = 'a property without a parameter'; Id = 'InvalidValue'; Try = { New-CohereTool -Name t -JsonSchema @{ type = 'object'; properties = @{ a = @{} } } -ScriptBlock { param($B) } } }
        @{ Why = 'two properties for one parameter'; Id = 'InvalidValue'; Try = { New-CohereTool -Name t -JsonSchema @{ type = 'object'; properties = @{ a_b = @{}; ab = @{} } } -ScriptBlock { param($AB) } } }
    ) {
        (Get-ErrorOf $Try).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
    }
}

Describe 'A tool of <_>' -ForEach $builtIn {
    BeforeAll {
        $script:tool = New-CohereTool $_
        $script:schema = Get-Schema $tool
        $script:command = Get-Command -Name $tool.Command
        # PowerShell 7.4 and later have a JSON Schema library, if the build of it has.
        $script:hasJsonSchema = try { Test-Json -Json '{}' -Schema '{"type":"object"}' -ErrorAction Stop } catch { $false }
    }

    It 'has a schema that is a JSON Schema' {
        Get-SchemaProblem $schema | Should -BeNullOrEmpty
        $schema.type | Should -Be 'object'
        if ($hasJsonSchema) {
            Test-Json -Json $tool.JsonSchema -Schema '{"$ref":"https://json-schema.org/draft/2020-12/schema"}' | Should -BeTrue
        }
    }

    It 'takes arguments made from the schema: <_>' {
        $arguments = @{}
        $static = [System.Management.Automation.CommandMetadata]::new($command).Parameters
        foreach ($property in $schema.properties.PSObject.Properties) {
            # Encodings become objects by an attribute that a proxy cannot have; dynamic parameters stand in no metadata.
            if ($static.ContainsKey($property.Name) -and $static[$property.Name].ParameterType -ne [System.Text.Encoding]) {
                # Lists of hundreds of values are not in the schema.
                $list = $static[$property.Name].Attributes | Where-Object { $_ -is [ValidateSet] -and -not $property.Value.enum -and -not $property.Value.items.enum }
                $arguments[$property.Name] = if ($list) { $list.ValidValues[0] } else { Get-Instance $property.Value }
            }
        }

        $json = ConvertTo-Json -InputObject $arguments -Depth 9 -Compress
        if ($hasJsonSchema) {
            Test-Json -Json $json -Schema $tool.JsonSchema | Should -BeTrue
        }

        $binding = Get-Binding $tool $json
        $binding.Problems | Should -BeNullOrEmpty
        $values = $binding.Parameters
        $seen = & (Get-Proxy $command) @values

        $seen.Bound.Keys | Sort-Object | Should -Be ($arguments.Keys | Sort-Object)
        if ($tool.ParameterSetName) {
            $seen.Set | Should -Be $tool.ParameterSetName
        }
    }
}

Describe 'Arguments of a tool call' {
    BeforeAll {
        function Test-Echo {
            [CmdletBinding()]
            param(
                [Parameter(Mandatory)] [ValidateRange(1, 99)] [int] $Id,
                [string] $Text,
                [string[]] $Path,
                [ValidateSet('Open', 'Closed')] [string] $State,
                [ValidateLength(2, 4)] [string] $Code,
                [ValidateCount(1, 2)] [int[]] $Level,
                [datetime] $Since,
                [hashtable] $Filter,
                [object] $Anything,
                [double] $Weight,
                [switch] $Full
            )
            $PSBoundParameters
        }

        $script:echo = New-CohereTool Test-Echo

        function Invoke-Echo([string] $Json) {
            $values = (Get-Binding $echo $Json).Parameters
            Test-Echo @values
        }
    }

    It 'become plain values' {
        $values = (Get-Binding $echo '{"Id":5,"Text":"t","Path":["a","b"],"Full":false,"Weight":1.5,"Filter":{"a":[1,null,{"b":true}]},"Anything":9999999999}').Parameters

        $values['Id'] | Should -BeOfType int
        $values['Weight'] | Should -BeOfType double
        $values['Full'] | Should -BeOfType bool
        , $values['Path'] | Should -BeOfType object[]
        $values['Filter'] | Should -BeOfType hashtable
        $values['Filter'].a[2].B | Should -BeTrue
        $values['Anything'] | Should -BeOfType long
    }

    It 'reach the command, a switch included' {
        $seen = Invoke-Echo '{"Id":5,"Full":true,"Since":"2026-01-31T08:00:00Z","Path":["a"]}'

        $seen.Full.IsPresent | Should -BeTrue
        $seen.Since.ToUniversalTime().Hour | Should -Be 8
        (Invoke-Echo '{"Id":5,"Full":false}').Full.IsPresent | Should -BeFalse
    }

    It 'may differ by case from the names of parameters and values' {
        (Get-Binding $echo '{"id":5,"state":"OPEN"}').Parameters['State'] | Should -BeExactly 'Open'
    }

    It 'may be null where a parameter may be left out' {
        (Get-Binding $echo '{"Id":5,"Text":null}').Parameters.Keys | Should -Be 'Id'
    }

    It 'may be a whole number with a point' {
        (Get-Binding $echo '{"Id":5.0}').Parameters['Id'] | Should -BeOfType int
    }

    It 'may be missing altogether where nothing is required' {
        $tool = New-CohereTool -Name now -ScriptBlock { Get-Date }
        '', ' ', 'null', '{}' | ForEach-Object { (Get-Binding $tool $_).IsValid } | Should -Be $true, $true, $true, $true
    }

    It 'are refused with words to mend them by: <Json>' -ForEach @(
        @{ Json = '{"Id":"five"}'; Problem = 'parameter Id: must be a whole number, was "five"' }
        @{ Json = '{"Id":5.5}'; Problem = 'parameter Id: must be a whole number, was 5.5' }
        @{ Json = '{"Id":true}'; Problem = 'parameter Id: must be a whole number, was true' }
        @{ Json = '{"Id":100}'; Problem = 'parameter Id: must be at most 99, was 100' }
        @{ Json = '{"Id":0}'; Problem = 'parameter Id: must be at least 1, was 0' }
        @{ Json = '{"Id":1e400}'; Problem = 'parameter Id: the number 1e400 is too large or has too many digits' }
        @{ Json = '{"Id":null}'; Problem = 'parameter Id is required' }
        @{ Json = '{"Text":"x"}'; Problem = 'parameter Id is required' }
        @{ Json = ''; Problem = 'parameter Id is required' }
        @{ Json = '{"Id":5,"Top":1}'; Problem = "parameter Top doesn't exist" }
        @{ Json = '{"Id":5,"Verbose":true}'; Problem = "parameter Verbose doesn't exist" }
        @{ Json = '{"Id":5,"OutVariable":"x"}'; Problem = "parameter OutVariable doesn't exist" }
        @{ Json = '{"Id":5,"Id":6}'; Problem = 'parameter Id is specified twice' }
        @{ Json = '{"Id":5,"id":6}'; Problem = 'parameter Id is specified twice' }
        @{ Json = '{"Id":5,"Text":["a"]}'; Problem = 'parameter Text: must be a string, was ["a"]' }
        @{ Json = '{"Id":5,"Path":"a"}'; Problem = 'parameter Path: must be an array, was "a"' }
        @{ Json = '{"Id":5,"Path":["a",{}]}'; Problem = 'parameter Path[1]: must be a string, was {}' }
        @{ Json = '{"Id":5,"Filter":[]}'; Problem = 'parameter Filter: must be an object, was []' }
        @{ Json = '{"Id":5,"Filter":{"a":1,"A":2}}'; Problem = 'parameter Filter.A is specified twice' }
        @{ Json = '{"Id":5,"Full":"yes"}'; Problem = 'parameter Full: must be true or false, was "yes"' }
        @{ Json = '{"Id":5,"State":"Gone"}'; Problem = 'parameter State: must be one of "Open", "Closed", was "Gone"' }
        @{ Json = '{"Id":5,"Code":"x"}'; Problem = 'parameter Code: must have at least 2 characters, has 1' }
        @{ Json = '{"Id":5,"Code":"xxxxx"}'; Problem = 'parameter Code: must have at most 4 characters, has 5' }
        @{ Json = '{"Id":5,"Level":[]}'; Problem = 'parameter Level: must have at least 1 items, has 0' }
        @{ Json = '{"Id":5,"Level":[1,2,3]}'; Problem = 'parameter Level: must have at most 2 items, has 3' }
        @{ Json = '{"Id":5,"Since":"tomorrow"}'; Problem = 'parameter Since: must be a date and time such as 2026-01-31T08:00:00Z, was "tomorrow"' }
        @{ Json = '["Id"]'; Problem = 'the arguments must be a JSON object, but were ["Id"]' }
        @{ Json = 'null'; Problem = 'parameter Id is required' }
        @{ Json = '"Id"'; Problem = 'the arguments must be a JSON object, but were "Id"' }
        @{ Json = '{"Id":5'; Problem = 'the arguments must be a JSON object: *' }
        @{ Json = 'Get-Date'; Problem = 'the arguments must be a JSON object: *' }
        @{ Json = '{"Id":5,"Text":"\ud800"}'; Problem = "the arguments contain characters that aren't valid Unicode" }
    ) {
        $binding = Get-Binding $echo $Json

        $binding.IsValid | Should -BeFalse
        $binding.Parameters | Should -BeNullOrEmpty
        if ($Problem.EndsWith('*')) { $binding.Problems[0] | Should -BeLike $Problem } else { $binding.Problems[0] | Should -BeExactly $Problem }
    }

    It 'are answered with the names of the parameters where one is wrong or missing' {
        (Get-Binding $echo '{"Top":1}').Problems | Should -Be "parameter Top doesn't exist", 'parameter Id is required', 'the parameters are Id (required), Text, Path, State, Code, Level, Since, Filter, Anything, Weight, Full'
    }

    It 'are held to every mistake at once, but not to a million' {
        (Get-Binding $echo '{"Id":"a","Text":1,"Full":0}').Problems | Should -HaveCount 3
        (Get-Binding $echo "{`"Id`":5,`"Path`":[$(@('1') * 100000 -join ',')]}").Problems | Should -HaveCount 21
    }

    It 'are shown short and harmless in what is said about them' {
        $problem = (Get-Binding $echo "{`"Id`":`"$('x' * 1000)`"}").Problems[0]

        $problem.Length | Should -BeLessThan 150
        (Get-Binding $echo '{"Id":5,"\u001b[2J":1}').Problems[0].Contains([string][char]27) | Should -BeFalse
    }

    It 'stay what they are, whatever they look like: <_>' -ForEach @(
        "'; Remove-Item x'"
        '"; Remove-Item x; "'
        '$(throw "ran")'
        '${env:PATH}'
        '`$x & { throw "ran" } | Out-Null'
        '-Recurse'
        '@{ a = 1 }'
        '*'
        '[a-z]?.txt'
        '..\..\..\etc\passwd'
        "line 1`nline 2`r`n"
        "nul $([char]0) bell $([char]7) escape $([char]27)[2J end"
        "$([char]0x202e)txt.exe"
        ([char]::ConvertFromUtf32(0x1F600))
        ''
    ) {
        $json = ConvertTo-Json -Compress -InputObject @{ Id = 5; Text = $_; Path = @($_); Filter = @{ key = $_ }; Anything = $_ }
        $seen = Invoke-Echo $json

        $seen.Text | Should -BeExactly $_
        $seen.Path[0] | Should -BeExactly $_
        $seen.Filter.key | Should -BeExactly $_
        $seen.Anything | Should -BeExactly $_
        $seen.Anything.GetType() | Should -Be ([string])
    }

    It 'may be ten megabytes of text' {
        $text = '$(throw "ran") ' * 700000

        ((Invoke-Echo (ConvertTo-Json -Compress -InputObject @{ Id = 5; Text = $text })).Text -ceq $text) | Should -BeTrue
    }

    It 'end with an answer where they are nested without end' {
        (Get-Binding $echo "{`"Id`":5,`"Anything`":$('[' * 100000)").IsValid | Should -BeFalse
    }

    It 'are not caught by a pattern that takes forever' {
        $tool = New-CohereTool -Name t -ScriptBlock { param([ValidatePattern('^(a+)+$')] [string] $A) }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()

        (Get-Binding $tool "{`"A`":`"$('a' * 40)!`"}").IsValid | Should -BeTrue -Because 'the command has the last word'
        # Without a limit, it would take hours.
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'are held to a schema of the user''s own' {
        $schema = @{
            type = 'object'
            properties = @{
                where = @{
                    type = 'object'
                    properties = @{ city = @{ type = 'string'; const = 'Bonn' }; zip = @{ type = @('string', 'null') } }
                    required = @('city')
                    additionalProperties = $false
                }
                share = @{ type = 'number'; exclusiveMinimum = 0; exclusiveMaximum = 1 }
                unknown = @{ oneOf = @(@{ type = 'string' }) }
            }
        }
        $tool = New-CohereTool -Name t -JsonSchema $schema -ScriptBlock { param($Where, $Share, $Unknown) }

        (Get-Binding $tool '{"where":{"city":"Bonn","zip":null},"share":0.5,"unknown":5}').IsValid | Should -BeTrue
        (Get-Binding $tool '{"where":{"city":"Rome"}}').Problems | Should -Be 'parameter where.city: must be one of "Bonn", was "Rome"'
        (Get-Binding $tool '{"where":{"street":"x"}}').Problems | Should -Be "parameter where: street doesn't exist", 'parameter where.city is required'
        (Get-Binding $tool '{"share":1}').Problems | Should -Be 'parameter share: must be less than 1, was 1'
    }
}

Describe 'Tools for Invoke-CohereChat' {
    BeforeAll {
        $script:session = Connect-Cohere -Emulator -PassThru
    }

    It 'may be <Why>' -ForEach @(
        @{ Why = 'the name of a command'; Tool = { 'Get-Date' } }
        @{ Why = 'a command'; Tool = { Get-Command -Name Get-Date } }
        @{ Why = 'a tool'; Tool = { New-CohereTool Get-Date } }
        @{ Why = 'a hashtable'; Tool = { @{ name = 'Get_Date'; description = 'Gets the date'; parameters = @{ type = 'object'; properties = @{ Format = @{ type = 'string' } } } } } }
        @{ Why = 'JSON'; Tool = { ' {"name":"Get_Date","parameters":{"type":"object","properties":{}}}' } }
        @{ Why = 'some of them together, lists among them'; Tool = { 'Get-Process', @(Get-Command -Name Get-Date, Get-Random), (New-CohereTool Test-Path) } }
    ) {
        (Invoke-CohereChat 'Get the date' -Tool (& $Tool) -ToolChoice Required).ToolCalls[0].Name | Should -Be 'Get_Date'
    }

    It 'go out as the schema that New-CohereTool shows' {
        $server = Open-TestServer
        $server.Enqueue((ConvertTo-ChatAnswer 'x'))
        $elsewhere = Connect-CohereElsewhere $server.BaseUri
        $null = Invoke-CohereChat 'q' -Tool Get-Date -Session $elsewhere

        $body = $server.LastRequest.Body
        $server.Dispose()

        $tool = New-CohereTool Get-Date
        # All of it, and nothing of the command behind it.
        $body.Contains("`"tools`":[{`"type`":`"function`",`"function`":{`"name`":`"Get_Date`",`"description`":`"$($tool.Description)`",`"parameters`":$($tool.JsonSchema)}}]") | Should -BeTrue
    }

    It 'are refused where <Why>' -ForEach @(
        @{ Why = 'there is no such command'; Id = 'CommandNotFound'; Tool = { 'No-SuchCommand' } }
        @{ Why = 'two have one name'; Id = 'InvalidCombination'; Tool = { 'Get-Date', @{ name = 'get_date' } } }
        @{ Why = 'a script block has no name'; Id = 'InvalidCombination'; Tool = { @({ param($A) }) } }
        @{ Why = 'a command cannot be a tool'; Id = 'CommandNotUsable'; Tool = { 'Connect-Cohere' } }
        @{ Why = 'a string is no JSON'; Id = 'NotJson'; Tool = { '{ name' } }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Tool (& $Tool) }

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'New-CohereTool, as a user sees it' {
    It 'shows name, parameters and description' {
        $shown = New-CohereTool -Name t -Description "Ends $([char]27)[2J here" -JsonSchema @{ type = 'object'; properties = [ordered]@{ a = @{}; b = @{} }; required = @('b') } | Out-String

        $shown | Should -Match 't\s+a, b\*\s+Ends'
        $shown.Contains([char]27 + '[2J') | Should -BeFalse
    }

    It 'completes <Line>' -ForEach @(
        @{ Line = 'New-CohereTool Get-Dat'; Text = 'Get-Date' }
        @{ Line = 'New-CohereTool -Command Get-ChildIt'; Text = 'Get-ChildItem' }
        @{ Line = 'New-CohereTool Get-Date -Parameter Ye'; Text = 'Year' }
        @{ Line = 'New-CohereTool -Command Get-Date -ExcludeParameter Form'; Text = 'Format' }
        @{ Line = 'New-CohereTool Get-ChildItem -ParameterSetName Lit'; Text = 'LiteralItems' }
    ) {
        (Get-TabCompletion $Line).CompletionText | Should -Contain $Text
    }

    It 'completes nothing, without an error, for a command that there is not' {
        { Get-TabCompletion 'New-CohereTool No-SuchCommand -Parameter Z' } | Should -Not -Throw
    }
}
