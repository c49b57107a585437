import { remembering } from '../remembering.ts'

/** What a key, a column or a tag says of its value. */
export type Label = 'person' | 'somebody' | 'address' | 'organisation' | 'place' | 'postcode'

/** `person` is a name for certain; `somebody` is one if it looks like one: the key stands for other things too. */
const LABELS: Readonly<Record<Label, string>> = {
  person: `
姓名 名字 真实姓名 客户姓名 用户姓名 员工姓名 学生姓名 患者姓名 病人姓名 会员姓名 家长姓名 教师姓名 联系人姓名 收货人姓名 收件人姓名 投保人姓名 被保险人姓名 法人姓名 户主姓名 代表人姓名 曾用名
联系人 收货人 收件人 寄件人 发件人 提货人 取件人 签收人 经办人 承办人 审批人 负责人 法定代表人 法人代表 申请人 被申请人 报案人 当事人 投保人 被保险人 受益人 持卡人 户主 监护人 紧急联系人 借款人 担保人 付款人 收款人 开户人
realname fullname personname receivername recipientname consigneename contactname customername patientname clientname studentname employeename holdername accountholder cardholder ownername username buyername sellername
passengername guestname drivername doctorname teachername insuredname legalperson legalrepresentative emergencycontact xingming firstname lastname middlename maidenname given givenname givennames surname forename familyname nickname displayname preferredname legalname billingname shippingname recipientfullname applicantname guardianname spousename
attendingphysician nextofkin cardholdername beneficiaryname signedoffby coauthoredby reviewedby recvname linkman consignee payee payer`,
  somebody: `
客户 用户 员工 学生 患者 病人 会员 乘客 旅客 住客 司机 医生 医师 主治医师 教师 老师 班主任 护士 买家 卖家 户名 开户名 账户名 收款户名 付款户名 家长 嘉宾 主持人 记录人 参会人 作者 译者 编辑 记者 原告 被告 上诉人 被告人 代理人 律师 法官 书记员
创建人 修改人 操作人 操作员 处理人 提交人 跟进人 值班人 值班人员 制单人 复核人 审核人 编制 审核 批准 校对 业务员 销售 销售员 客户经理 项目经理 导师 队员 选手 签字 签名 发送人 接收人 归属人 产权人 承租人 出租人 房东 租客 甲方 乙方
name user author owner contact receiver recipient sender customer patient client student employee holder buyer seller passenger guest driver doctor teacher assignee reporter approver applicant operator creator member manager
reviewer agent insured beneficiary tenant landlord createdby updatedby submittedby from to attn handler signer applicant insured referee referees participants attendees attending physician surgeon nurse coach candidate instructor supervisor interviewer interviewee witness plaintiff defendant
spouse guardian caller subscriber requester requestedby approvedby reviewedby assignedto preparedby authorizedby checkedby cardholder accountholder salesperson representative consultant therapist`,
  address: `
地址 住址 家庭住址 现住址 详细地址 收货地址 收件地址 寄件地址 发货地址 联系地址 通讯地址 通信地址 注册地址 办公地址 单位地址 公司地址 户籍地址 身份证地址 送货地址 配送地址 邮寄地址 居住地址 房屋坐落 房屋地址 坐落 住所 住所地 经营场所 现居地址 常住地址 取件地址
案发地点 上车地点 门店地址
address addr homeaddress shippingaddress shipaddress deliveryaddress billingaddress receiveraddress recipientaddress contactaddress detailaddress street streetaddress fulladdress addressline residence location officeaddress registeredaddress line1 addressline1 street1 address1 mailingaddress postaladdress workaddress permanentaddress currentaddress pickupaddress dropoffaddress propertyaddress siteaddress`,
  place: `city town village suburb municipality hometown birthplace placeofbirth cityname homecity billingcity shippingcity origincity destinationcity`,
  postcode: `postcode postalcode zip zipcode postal shippingzip billingzip`,
  organisation: `
公司 公司名称 单位 单位名称 工作单位 所在单位 任职单位 就职单位 企业名称 机构 机构名称 雇主 供应商 供应商名称 客户名称 客户单位 委托单位 施工单位 建设单位 监理单位 承建单位 投标单位 招标单位 中标单位 开户行 开户银行 银行名称 支行 学校 学校名称 毕业院校 院校 医院 就诊医院 医疗机构
购方 销方 购方名称 销方名称 发票抬头 抬头 甲方 乙方 发货单位 收货单位 付款单位 收款单位 承保公司 保险公司 所属公司 所属机构
company companyname employer organization organisation org orgname corp enterprise supplier vendor bank bankname bankbranch school university hospital institution workplace affiliation merchant merchantname firm clinic broker insurer brokerage employername vendorname suppliername schoolname hospitalname`,
}

const KEYS = new Map<string, Label[]>()
for (const label of ['person', 'somebody', 'address', 'organisation', 'place', 'postcode'] as const)
  for (const key of LABELS[label].split(/\s+/))
    if (key !== '') KEYS.set(key, [...(KEYS.get(key) ?? []), label])

const LONGEST_KEY = 40

/** What a key says of its value: `receiver_name`, `shippingAddress`, 联系人. */
export const labelsOf = remembering(labelsOfName)

function labelsOfName(key: string): readonly Label[] {
  if (key.length > LONGEST_KEY) return []
  const bare = key.toLowerCase().replace(/[\s_\-.*#（）()]/g, '')
  const whole = KEYS.get(bare)
  if (whole) return whole
  // user.address, order_receiver: the last part says it.
  const last = /[a-z]+$|[A-Z]?[a-z]+$/.exec(key.replace(/[\d\s]+$/, ''))?.[0].toLowerCase() ?? ''
  return (last.length < bare.length && KEYS.get(last)) || []
}
